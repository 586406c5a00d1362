//! Bundle: resources in one file that point to each other.

use serde_json::Value;

use crate::{Code, FhirDateTime, FhirError, Id, Identifier, Meta, Resource, element::elements};

elements! {
    /// Several resources.
    Bundle {
        /// Logical identifier.
        one id: Id,
        /// About the resource.
        one meta: Meta,
        /// Number of the bundle as a whole.
        one identifier: Identifier,
        /// `document`, `message`, `transaction`, `collection`, `searchset` …
        one r#type: Code,
        /// Made.
        one timestamp: FhirDateTime,
        /// The resources.
        many entry: BundleEntry,
    }
    /// One resource of a bundle.
    BundleEntry {
        /// Its address, which references may use.
        one full_url: String,
        /// It, untyped until asked.
        one resource: Value,
    }
}

impl Bundle {
    /// The resources in order, each typed or refused with its path.
    pub fn resources(&self) -> impl Iterator<Item = Result<Resource, FhirError>> {
        self.entry.iter().enumerate().filter_map(|(n, entry)| {
            let resource = entry.resource.clone()?;
            Some(Resource::from_value(resource, &format!("entry[{n}].resource")))
        })
    }

    /// The resource a reference points to: by full URL, else by type and id.
    pub fn find(&self, reference: &str) -> Option<&Value> {
        let (kind, id) = reference.rsplit_once('/').unwrap_or(("", reference));
        let kind = kind.rsplit('/').next().unwrap_or(kind);
        let is = |resource: &Value, key: &str, word: &str| resource.get(key).and_then(Value::as_str) == Some(word);
        self.entry.iter().find_map(|entry| {
            let resource = entry.resource.as_ref()?;
            let is_by_url = entry.full_url.as_deref() == Some(reference);
            let is_by_id = is(resource, "resourceType", kind) && is(resource, "id", id);
            (is_by_url || is_by_id).then_some(resource)
        })
    }
}
