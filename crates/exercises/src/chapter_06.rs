//! Chapter 6: average first.
