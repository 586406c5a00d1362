//! Judging a file: envelopes, structure, elements, the rules of each guide and code lists, up to a SNIP level.

use std::io::{self, Read};
use std::sync::Arc;

use crate::engine::Engine;
use crate::envelope::ReadError;
use crate::finding::{AckLevel, Finding, Place, Severity};
use crate::lists::{Lists, NoLists};
use crate::overlay::Overlay;
use crate::stream::Reader;

/// What to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Highest SNIP level, 1 to 5.
    pub snip: u8,
    /// Today, CCYYMMDD; days of service after it are findings. `None` does not ask.
    pub on: Option<String>,
    /// Which ZIP codes the places that want nine digits take.
    pub zip: ZipCodes,
    /// Rules of payers (SNIP 7), judged whatever `snip` is.
    pub overlays: Vec<Arc<Overlay>>,
}

/// Which ZIP codes are taken where the guides want nine digits: the billing provider and service facilities (C5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZipCodes {
    /// Five digits are taken without a word.
    Five,
    /// Five digits are a warning: the guides want nine, and their own examples send five.
    #[default]
    Warn,
    /// Five digits are an error.
    Nine,
}

impl Default for Options {
    fn default() -> Self {
        Self { snip: 5, on: None, zip: ZipCodes::default(), overlays: Vec::new() }
    }
}

/// What a file is and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Defects in the order of the file.
    pub findings: Vec<Finding>,
    /// What the file holds, for acknowledgements.
    pub interchanges: Vec<InterchangeSummary>,
    /// Why nothing could be read, when nothing could.
    pub unreadable: Option<ReadError>,
    /// The external code lists ([`crate::lists`]) that were asked for and not loaded: their codes were not checked.
    pub unchecked: Vec<&'static str>,
}

/// The envelope of an interchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterchangeSummary {
    /// ISA13.
    pub control: String,
    /// ISA09 and ISA10 as sent.
    pub at: (String, String),
    /// Groups.
    pub groups: Vec<GroupSummary>,
}

/// The envelope of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSummary {
    /// GS01.
    pub functional_id: String,
    /// GS06.
    pub control: String,
    /// GS08.
    pub version: String,
    /// GE01 as sent; the number found when GE is missing.
    pub declared: String,
    /// Transaction sets.
    pub transactions: Vec<TransactionSummary>,
}

/// The envelope of a transaction set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionSummary {
    /// ST01.
    pub set_id: String,
    /// ST02.
    pub control: String,
    /// ST03 as sent.
    pub version: String,
    /// True when a guide is known and the set was checked against it.
    pub is_checked: bool,
}

impl Report {
    /// True when the file could be read and no finding is an error.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.unreadable.is_none() && !self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The errors that one place of the file leads to on one acknowledgement.
    pub(crate) fn errors_at<'r>(
        &'r self,
        is_here: impl Fn(&Place) -> bool + 'r,
        levels: &'r [AckLevel],
    ) -> impl Iterator<Item = &'r Finding> {
        self.findings.iter().filter(move |finding| {
            finding.severity == Severity::Error && levels.contains(&finding.ack.level) && is_here(&finding.place)
        })
    }
}

/// Judges a file up to `options.snip`, without external code lists: see [`validate_with`].
///
/// ```
/// let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
/// let report = x12::validate(format!("{isa}IEA*1*000000001~").as_bytes(), &x12::Options::default());
/// assert_eq!(report.findings[0].message, "IEA01 must be the number of groups, 0.");
/// assert_eq!((report.findings[0].ack.level.as_str(), report.findings[0].ack.code), ("TA1", "021"));
/// ```
#[must_use]
pub fn validate(bytes: &[u8], options: &Options) -> Report {
    validate_with(bytes, options, &NoLists)
}

/// Judges a file up to `options.snip`, its codes by the lists given. What no list decides is named in
/// [`Report::unchecked`].
#[must_use]
pub fn validate_with(bytes: &[u8], options: &Options, lists: &dyn Lists) -> Report {
    // Reading from memory does not fail.
    validate_read(bytes, options, lists).unwrap_or_default()
}

/// Judges a file of any length as it is read, in flat memory.
///
/// # Errors
/// When the source cannot be read.
pub fn validate_read(source: impl Read, options: &Options, lists: &dyn Lists) -> io::Result<Report> {
    let mut reader = Reader::new(source);
    let mut engine = Engine::new(options, lists);
    while engine.take(reader.next_event()?) {}
    Ok(engine.finish())
}

/// Judges a file of any length and gives each finding as soon as its claim was read, so that their number has no limit
/// either. The report that comes back holds neither findings nor envelopes.
///
/// # Errors
/// When the source cannot be read, or when `give` fails.
pub fn validate_each(
    source: impl Read,
    options: &Options,
    lists: &dyn Lists,
    mut give: impl FnMut(Finding) -> io::Result<()>,
) -> io::Result<Report> {
    let mut reader = Reader::new(source);
    let mut engine = Engine::new(options, lists).without_envelopes();
    while engine.take(reader.next_event()?) {
        engine.findings().into_iter().try_for_each(&mut give)?;
    }
    engine.findings().into_iter().try_for_each(&mut give)?;
    Ok(engine.finish())
}
