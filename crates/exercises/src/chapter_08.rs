//! Chapter 8: the true gradient.
