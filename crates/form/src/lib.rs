//! Printed documents as PDF: patient statements and letters. The same data gives the same bytes.

mod letter;
mod page;
mod statement;

pub use letter::{LetterData, letter};
pub use statement::{StatementData, StatementLine, statement, us_date};

/// Why a document was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The built-in typeface cannot be read: the build is damaged.
    #[error("the built-in typeface cannot be read; the program file is damaged, install it again")]
    Font,
    /// The PDF writer refused the document.
    #[error("the PDF could not be written")]
    Layout,
}
