//! Chapter 10: momentum.
