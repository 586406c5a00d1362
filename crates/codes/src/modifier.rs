//! Procedure modifiers and places of service.

use claim::{Modifier, PlaceOfService};

use crate::{
    Span,
    table::{self, Dated, TableError},
};

/// What a modifier is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModifierKind {
    /// Changes the price; stands first.
    Pricing,
    /// Decides whether it is paid.
    Payment,
    /// Says where on the body.
    Anatomic,
    /// Says under which plan, who or how; no price.
    Information,
}

/// A modifier on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifierRow {
    /// Two characters.
    pub code: Modifier,
    /// A few words of our own.
    pub label: String,
    /// What it is about.
    pub kind: ModifierKind,
    /// Bypasses a PTP pair whose indicator is 1 (NCCI Policy Manual I.E).
    pub bypasses_ptp: bool,
    /// `R` or `L` for a side of the body.
    pub side: Option<char>,
    /// The days it is valid.
    pub span: Span,
}

pub(crate) fn read(file: &str, text: &str) -> Result<Dated<Modifier, ModifierRow>, TableError> {
    const KINDS: &[(&str, ModifierKind)] = &[
        ("pricing", ModifierKind::Pricing),
        ("payment", ModifierKind::Payment),
        ("anatomic", ModifierKind::Anatomic),
        ("information", ModifierKind::Information),
    ];
    let rows = table::read(file, text, |row| {
        Ok(ModifierRow {
            code: row.value("code", "a modifier")?,
            label: row.text("label").to_owned(),
            kind: row.word("kind", KINDS)?,
            bypasses_ptp: row.flag("bypasses_ptp")?,
            side: row.optional("side", "R, L or nothing")?,
            span: row.span()?,
        })
    })?;
    Ok(Dated::new(rows.into_iter().map(|row| (row.code.clone(), row.span, row))))
}

/// A place of service (CMS place of service code set; CPM 26 §10.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Two digits.
    pub code: PlaceOfService,
    /// A few words of our own.
    pub label: String,
    /// Paid at the facility rate (CPM 12 §20.4.2).
    pub is_facility: bool,
    /// The days it is valid.
    pub span: Span,
}

pub(crate) fn read_places(file: &str, text: &str) -> Result<Dated<PlaceOfService, Place>, TableError> {
    let rows = table::read(file, text, |row| {
        Ok(Place {
            code: row.value("code", "two digits")?,
            label: row.text("label").to_owned(),
            is_facility: row.flag("facility")?,
            span: row.span()?,
        })
    })?;
    Ok(Dated::new(rows.into_iter().map(|row| (row.code.clone(), row.span, row))))
}
