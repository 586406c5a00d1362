//! Values on their way to and from the database: text, whole numbers, bytes, null.

use std::fmt::Display;

use claim::{ClaimStatus, DecisionKind, EncounterStatus, Frequency, Money, PayerSequence};
use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Result, Role, StoreError, sql::Sql};

/// One value of the dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A result row, read from left to right.
pub(crate) struct Row {
    pub(crate) statement: Sql,
    pub(crate) values: std::vec::IntoIter<Value>,
}

impl Row {
    /// The next column.
    pub(crate) fn get<T: Column>(&mut self) -> Result<T> {
        let left = self.values.len();
        let value = self.values.next().unwrap_or(Value::Null);
        T::read(value).map_err(|cause| StoreError::Corrupt {
            place: format!("{}, {left} columns from the end", self.statement.name()),
            cause,
        })
    }

    /// The next column as JSON of a noun.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let text: String = self.get()?;
        self.parse(&text)
    }

    /// The next column as JSON of a noun, or null.
    pub(crate) fn maybe_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let text: Option<String> = self.get()?;
        text.map(|text| self.parse(&text)).transpose()
    }

    fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T> {
        serde_json::from_str(text)
            .map_err(|e| StoreError::Corrupt { place: self.statement.name().to_owned(), cause: e.to_string() })
    }
}

/// JSON text of a noun.
pub(crate) fn to_json<T: Serialize>(noun: &T) -> Result<String> {
    serde_json::to_string(noun).map_err(|e| StoreError::Corrupt { place: "JSON".into(), cause: e.to_string() })
}

/// A type a column can hold.
pub(crate) trait Column: Sized {
    fn read(value: Value) -> Result<Self, String>;
}

fn unexpected<T>(value: &Value, wanted: &str) -> Result<T, String> {
    let found = match value {
        Value::Null => "nothing",
        Value::Int(_) => "a number",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
    };
    Err(format!("expected {wanted}, found {found}"))
}

impl Column for String {
    fn read(value: Value) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text),
            other => unexpected(&other, "text"),
        }
    }
}

impl Column for Vec<u8> {
    fn read(value: Value) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            other => unexpected(&other, "bytes"),
        }
    }
}

impl Column for i64 {
    fn read(value: Value) -> Result<Self, String> {
        match value {
            Value::Int(number) => Ok(number),
            other => unexpected(&other, "a number"),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: Value) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            value => T::read(value).map(Some),
        }
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Column for $number {
            fn read(value: Value) -> Result<Self, String> {
                let number = i64::read(value)?;
                Self::try_from(number).map_err(|_| format!("{number} is out of range"))
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64);

impl Column for bool {
    fn read(value: Value) -> Result<Self, String> {
        Ok(i64::read(value)? != 0)
    }
}

impl Column for Money {
    fn read(value: Value) -> Result<Self, String> {
        Ok(Self::from_cents(i64::read(value)?))
    }
}

macro_rules! parsed {
    ($($parsed:ty),* $(,)?) => {$(
        impl Column for $parsed {
            fn read(value: Value) -> Result<Self, String> {
                let text = String::read(value)?;
                text.parse().map_err(|e| format!("{text:?}: {e}"))
            }
        }

        impl From<$parsed> for Value {
            fn from(value: $parsed) -> Self {
                Self::Text(value.to_string())
            }
        }
    )*};
}
parsed!(
    Date,
    Timestamp,
    Uuid,
    claim::AppealId,
    claim::ChargeId,
    claim::ClaimId,
    claim::ClientId,
    claim::CoverageId,
    claim::EncounterId,
    claim::NoteId,
    claim::PatientId,
    claim::PayerId,
    claim::ProviderId,
    claim::QueryId,
    claim::RemittanceId,
    claim::StatementId,
    claim::TransactionId,
    claim::UserId,
    claim::WorkItemId,
);

/// Columns that hold the code of an enumeration.
macro_rules! coded {
    ($($coded:ty),* $(,)?) => {$(
        impl $crate::value::Column for $coded {
            fn read(value: $crate::value::Value) -> Result<Self, String> {
                let code = <String as $crate::value::Column>::read(value)?;
                <$coded>::from_code(&code).ok_or_else(|| format!("{code:?} is not a known code"))
            }
        }

        impl From<$coded> for $crate::value::Value {
            fn from(value: $coded) -> Self {
                Self::Text(value.code().to_owned())
            }
        }
    )*};
}
pub(crate) use coded;
coded!(
    ClaimStatus,
    DecisionKind,
    EncounterStatus,
    Frequency,
    PayerSequence,
    Role,
    ledger::Account,
    ledger::TransactionKind
);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Int(i64::from(is))
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Self {
        Self::Int(money.cents())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Text of an optional filter: empty when there is none.
pub(crate) fn filter<T: Display>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Parameters of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;
