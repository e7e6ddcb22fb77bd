//! Chapter 4: is it luck?.
