//! Chapter 7: leave the biases alone.
