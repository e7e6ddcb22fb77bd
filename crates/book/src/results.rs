//! The files of results: what takes longer than a test may, measured once and committed.

use crate::{Problem, Result, project};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Reads files of results by their names, and remembers them.
#[derive(Default)]
pub struct Results {
    read: RefCell<HashMap<String, Rc<Value>>>,
}

impl Results {
    /// The results of this name: those of the comparison are `mnist` and `practice`, the others those of an experiment.
    pub fn get(&self, name: &str) -> Result<Rc<Value>> {
        if let Some(found) = self.read.borrow().get(name) {
            return Ok(found.clone());
        }
        let files = project::RESULTS.map(|folder| format!("{folder}/{name}.json"));
        let Some(file) = files.iter().find(|file| project::root().join(file).exists()) else {
            return Problem::err(format!(
                "there are no results called {name}: neither {} nor {} exists",
                files[0], files[1]
            ));
        };
        let value = serde_json::from_str(&project::read(file)?);
        let value = Rc::new(value.map_err(|error| Problem::new(error.to_string()).at(file))?);
        self.read.borrow_mut().insert(name.to_owned(), Rc::clone(&value));
        Ok(value)
    }

    /// Numbers of a file of results, by their path; see [`crate::query`].
    pub fn numbers(&self, name: &str, path: &str) -> Result<Vec<f64>> {
        let value = self.get(name)?;
        crate::query::numbers(&value, path).map_err(|problem| problem.at(name))
    }

    /// One number of a file of results.
    pub fn number(&self, name: &str, path: &str) -> Result<f64> {
        match self.numbers(name, path)?[..] {
            [one] => Ok(one),
            ref many => Problem::err(format!("{name} {path} has {} numbers", many.len())),
        }
    }
}
