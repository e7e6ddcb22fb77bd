//! Chapter 1: a digit is 784 numbers.
