//! Chapter 9: one number to compare them all.
