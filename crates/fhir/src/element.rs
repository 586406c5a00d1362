//! Elements that resources share, and the macro that types them.

use serde_json::Number;

use crate::primitive::{Base64, FhirDateTime, Id};

/// Types elements: `one` is 0..1, `many` 0..*. What is not named is kept in `other`.
macro_rules! elements {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $count:ident $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
            #[serde(rename_all = "camelCase", default)]
            pub struct $name {
                $(
                    $(#[$field_doc])*
                    #[serde(skip_serializing_if = "crate::element::Absent::is_absent")]
                    pub $field: $crate::element::count!($count $kind),
                )*
                /// Elements that are not typed here, as they came.
                #[serde(flatten)]
                pub other: serde_json::Map<String, serde_json::Value>,
            }
        )*
    };
}

macro_rules! count {
    (one $kind:ty) => { Option<$kind> };
    (many $kind:ty) => { Vec<$kind> };
}

pub(crate) use {count, elements};

/// An element that is not there is not written.
pub(crate) trait Absent {
    fn is_absent(&self) -> bool;
}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Absent for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

elements! {
    /// Data about a resource.
    Meta {
        /// Version.
        one version_id: Id,
        /// Change.
        one last_updated: FhirDateTime,
        /// Profiles it claims to follow.
        many profile: String,
    }
    /// A code of one system.
    Coding {
        /// URI of the system.
        one system: String,
        /// Edition.
        one version: String,
        /// The code.
        one code: String,
        /// Its words.
        one display: String,
    }
    /// A meaning, in codes and words.
    CodeableConcept {
        /// Codes.
        many coding: Coding,
        /// Words.
        one text: String,
    }
    /// A number somebody gave.
    Identifier {
        /// `usual`, `official`, `secondary`, `old`.
        one r#use: String,
        /// What kind of number (HL7 table 0203).
        one r#type: CodeableConcept,
        /// URI of who gives it.
        one system: String,
        /// The number.
        one value: String,
    }
    /// A time from and to.
    Period {
        /// From.
        one start: FhirDateTime,
        /// To.
        one end: FhirDateTime,
    }
    /// A pointer to another resource.
    Reference {
        /// `Type/id`, `urn:uuid:…` or `#contained`.
        one reference: String,
        /// Its number.
        one identifier: Box<Identifier>,
        /// Its words.
        one display: String,
    }
    /// A person's name.
    HumanName {
        /// `official`, `usual`, `maiden` …
        one r#use: String,
        /// As a whole.
        one text: String,
        /// Family name.
        one family: String,
        /// Given names in order.
        many given: String,
        /// JR, III, MD.
        many suffix: String,
    }
    /// A phone, a mail address.
    ContactPoint {
        /// `phone`, `email` …
        one system: String,
        /// The number.
        one value: String,
        /// `home`, `work`, `mobile`.
        one r#use: String,
    }
    /// An address.
    Address {
        /// Streets.
        many line: String,
        /// City.
        one city: String,
        /// State.
        one state: String,
        /// ZIP code.
        one postal_code: String,
        /// Country.
        one country: String,
    }
    /// A measured amount.
    Quantity {
        /// Number.
        one value: Number,
        /// Unit in words.
        one unit: String,
        /// URI of the unit's system.
        one system: String,
        /// Code of the unit.
        one code: String,
    }
    /// An amount of money.
    Money {
        /// Number.
        one value: Number,
        /// ISO 4217.
        one currency: String,
    }
    /// A document, here or elsewhere.
    Attachment {
        /// Media type.
        one content_type: String,
        /// Here.
        one data: Base64,
        /// Elsewhere.
        one url: String,
        /// Label.
        one title: String,
        /// Made.
        one creation: FhirDateTime,
    }
    /// A remark.
    Annotation {
        /// When.
        one time: FhirDateTime,
        /// What.
        one text: String,
    }
}

impl Money {
    /// The amount in cents; none when there is no number or it has fractions of a cent.
    pub fn cents(&self) -> Option<i64> {
        let text = self.value.as_ref()?.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let fraction = fraction.trim_end_matches('0');
        let cents: i64 = match fraction.len() {
            0 => 0,
            1 => fraction.parse::<i64>().ok()?.checked_mul(10)?,
            2 => fraction.parse().ok()?,
            _ => return None,
        };
        let dollars: i64 = whole.parse().ok()?;
        let cents = if whole.starts_with('-') { -cents } else { cents };
        dollars.checked_mul(100)?.checked_add(cents)
    }
}

impl CodeableConcept {
    /// The code of a system.
    pub fn code(&self, system: &str) -> Option<&str> {
        self.coding.iter().find(|c| c.system.as_deref() == Some(system))?.code.as_deref()
    }

    /// Its words: the text, else the first display.
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().or_else(|| self.coding.iter().find_map(|c| c.display.as_deref()))
    }
}

impl HumanName {
    /// As people write it.
    pub fn full(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let parts = self.given.iter().chain(&self.family).chain(&self.suffix);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}
