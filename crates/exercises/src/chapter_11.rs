//! Chapter 11: what else is on the table.
