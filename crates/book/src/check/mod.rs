//! What holds for every page of the project: links lead somewhere, and quoted commands are understood.

pub mod commands;
pub mod links;
