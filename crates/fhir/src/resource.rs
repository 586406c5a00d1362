//! Any resource: read, told apart by its type, written.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Binary, Bundle, Claim, ClaimResponse, Composition, Condition, Coverage, DiagnosticReport, DocumentReference,
    Encounter, ExplanationOfBenefit, FhirError, MedicationRequest, Observation, Organization, Patient, Practitioner,
    Procedure, ServiceRequest,
};

/// Largest file read; a bundle of a patient's whole record stays below it.
const BYTES_MAX: usize = 64 * 1024 * 1024;

macro_rules! resources {
    ($($name:ident),*) => {
        /// A resource.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Resource {
            $(
                #[doc = concat!("The resource ", stringify!($name), ".")]
                $name(Box<$name>),
            )*
            /// A resource of another type, as it came.
            Other(Value),
        }

        impl Resource {
            /// Types a resource that stands at a path of its file.
            ///
            /// # Errors
            /// Names the path of the first element that is not what the standard says.
            pub fn from_value(value: Value, path: &str) -> Result<Self, FhirError> {
                let Some(kind) = value.get("resourceType").and_then(Value::as_str).map(str::to_owned) else {
                    let at = if path.is_empty() { "resourceType".to_owned() } else { format!("{path}.resourceType") };
                    return Err(FhirError::new(at, "found nothing; expected the type of the resource"));
                };
                match kind.as_str() {
                    $(stringify!($name) => Ok(Self::$name(Box::new(typed(value, path)?))),)*
                    _ => Ok(Self::Other(value)),
                }
            }

            /// The resource as JSON, with its type.
            ///
            /// # Errors
            /// None of the types here can fail; the standard library's maps could.
            pub fn to_value(&self) -> Result<Value, serde_json::Error> {
                match self {
                    $(Self::$name(resource) => serde_json::to_value(resource),)*
                    Self::Other(value) => Ok(value.clone()),
                }
            }

            /// Its type as the standard names it.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$name(_) => stringify!($name),)*
                    Self::Other(value) => value.get("resourceType").and_then(Value::as_str).unwrap_or_default(),
                }
            }
        }
    };
}

resources!(
    Binary,
    Bundle,
    Claim,
    ClaimResponse,
    Composition,
    Condition,
    Coverage,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    ExplanationOfBenefit,
    MedicationRequest,
    Observation,
    Organization,
    Patient,
    Practitioner,
    Procedure,
    ServiceRequest
);

fn typed<T: DeserializeOwned + Serialize>(value: Value, path: &str) -> Result<T, FhirError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = error.path().to_string();
        let inner = if inner == "." { "" } else { inner.as_str() };
        let dot = if path.is_empty() || inner.is_empty() { "" } else { "." };
        FhirError::new(format!("{path}{dot}{inner}"), error.into_inner().to_string())
    })
}

impl Resource {
    /// Reads a file: one resource as JSON.
    ///
    /// # Errors
    /// No JSON, with line and column; or as [`Self::from_value`].
    pub fn read(bytes: &[u8]) -> Result<Self, FhirError> {
        if bytes.len() > BYTES_MAX {
            return Err(FhirError::new("", format!("larger than {} MiB; send the visit alone", BYTES_MAX >> 20)));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let value: Value = serde_json::from_slice(bytes).map_err(|e| FhirError::new("", format!("no JSON: {e}")))?;
        Self::from_value(value, "")
    }
}
