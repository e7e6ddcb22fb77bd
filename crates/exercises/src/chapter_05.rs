//! Chapter 5: the delta rule.
