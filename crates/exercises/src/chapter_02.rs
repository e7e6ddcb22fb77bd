//! Chapter 2: ten neurons.
