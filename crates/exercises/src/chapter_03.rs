//! Chapter 3: a hidden layer.
