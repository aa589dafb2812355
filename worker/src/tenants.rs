//! The engines of a document for many hosts.

use crate::{Engine, wire};
use std::sync::Arc;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A compiled document with its tenants.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Tenants(backstop_core::Tenants);

#[wasm_bindgen]
impl Tenants {
    /// Compiles a JSON document; throws an `Error` with the place, the text and the fix where it is refused.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Tenants, JsError> {
        wire::tell_panics();
        Ok(Tenants(backstop_core::Tenants::from_json(document)?))
    }

    /// How many tenants there are.
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// The tenant of a host; `undefined` where the document itself holds.
    pub fn find(&self, host: &str) -> Option<usize> {
        self.0.find(host)
    }

    /// A new engine for this tenant, or for everybody else; its limits of reports are its own.
    pub fn engine(&self, tenant: Option<usize>) -> Engine {
        Engine::of(Arc::clone(self.0.policy(tenant)), Arc::clone(self.0.resilience(tenant)))
    }
}
