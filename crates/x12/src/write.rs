//! Writing X12: envelopes, counts and control numbers by construction, and no data that could break out of its element.
//!
//! ```
//! use x12::write::{Envelope, Writer, composite, text};
//! let envelope = Envelope::new("SENDER", "RECEIVER", ("20261002", "0915"), 1);
//! let bytes = Writer::new(&envelope)
//!     .group("HC", "005010X222A1", 1)
//!     .transaction("837", "0001", Some("005010X222A1"))
//!     .segment("LX", &["1"])
//!     .segment("SV1", &[composite(&["HC", "99213"]), text("125"), text("UN"), text("1")])
//!     .finish()
//!     .unwrap();
//! assert!(bytes.ends_with(b"SV1*HC:99213*125*UN*1~\nSE*4*0001~\nGE*1*1~\nIEA*1*000000001~\n"));
//! ```

use crate::segment::Delimiters;

/// Who sends an interchange to whom, and when (ISA, GS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// ISA05, such as `ZZ` or `30`.
    pub sender_qualifier: &'a str,
    /// ISA06 and GS02, at most 15 characters.
    pub sender: &'a str,
    /// ISA07.
    pub receiver_qualifier: &'a str,
    /// ISA08 and GS03, at most 15 characters.
    pub receiver: &'a str,
    /// When: `(CCYYMMDD, HHMM)`; ISA09, ISA10, GS04, GS05.
    pub at: (&'a str, &'a str),
    /// ISA13 and IEA02.
    pub interchange_control: u32,
    /// ISA15: `T` test or `P` production.
    pub usage: char,
    /// ISA14: true asks for a TA1.
    pub is_ack_requested: bool,
}

impl<'a> Envelope<'a> {
    /// A production envelope between mutually defined identifiers (`ZZ`), asking for no TA1.
    #[must_use]
    pub const fn new(sender: &'a str, receiver: &'a str, at: (&'a str, &'a str), interchange_control: u32) -> Self {
        Self {
            sender_qualifier: "ZZ",
            sender,
            receiver_qualifier: "ZZ",
            receiver,
            at,
            interchange_control,
            usage: 'P',
            is_ack_requested: false,
        }
    }
}

/// One element to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element<'a> {
    /// A plain value, empty for none.
    Text(&'a str),
    /// Components.
    Composite(&'a [&'a str]),
    /// Repetitions.
    Repeat(&'a [Element<'a>]),
}

impl<'a> From<&'a str> for Element<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Element<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

/// A plain element.
#[must_use]
pub const fn text(value: &str) -> Element<'_> {
    Element::Text(value)
}

/// A composite element.
#[must_use]
pub const fn composite<'a>(components: &'a [&'a str]) -> Element<'a> {
    Element::Composite(components)
}

/// A repeated element.
#[must_use]
pub const fn repeat<'a>(repetitions: &'a [Element<'a>]) -> Element<'a> {
    Element::Repeat(repetitions)
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A value carries a delimiter or a control character.
    #[error(
        "{segment} element {element}: {value:?} contains {found:?}, which X12 cannot carry; remove it from the data"
    )]
    Forbidden {
        /// Segment id.
        segment: String,
        /// 1-based element.
        element: usize,
        /// The value.
        value: String,
        /// The character.
        found: char,
    },
    /// An envelope value does not fit its fixed width.
    #[error("{field}: {value:?} must have {expected}")]
    Envelope {
        /// Such as `ISA06`.
        field: &'static str,
        /// The value.
        value: String,
        /// What fits.
        expected: &'static str,
    },
    /// A segment, transaction set or group was started outside the envelope it needs.
    #[error("{segment} written outside {needed}; start {needed} first")]
    Misplaced {
        /// Segment id.
        segment: String,
        /// The envelope it needs.
        needed: &'static str,
    },
}

/// Writes one interchange. The first error is kept and given by [`Writer::finish`].
#[derive(Debug)]
pub struct Writer<'a> {
    envelope: Envelope<'a>,
    delimiters: Delimiters,
    out: Vec<u8>,
    error: Option<WriteError>,
    groups: u32,
    group: Option<OpenGroup>,
    transaction: Option<OpenTransaction>,
}

#[derive(Debug)]
struct OpenGroup {
    control: u32,
    transactions: u32,
}

#[derive(Debug)]
struct OpenTransaction {
    control: String,
    segments: u32,
}

impl<'a> Writer<'a> {
    /// Starts an interchange with the usual delimiters `* : ^ ~` and one segment per line.
    #[must_use]
    pub fn new(envelope: &Envelope<'a>) -> Self {
        let mut writer = Self {
            envelope: envelope.clone(),
            delimiters: Delimiters::default(),
            out: Vec::new(),
            error: None,
            groups: 0,
            group: None,
            transaction: None,
        };
        writer.isa();
        writer
    }

    /// Starts a functional group (GS), closing the open one. GS02 and GS03 are the interchange's parties.
    pub fn group(&mut self, functional_id: &str, version: &str, control: u32) -> &mut Self {
        self.end_group();
        let Envelope { sender, receiver, at, .. } = self.envelope;
        self.put(
            "GS",
            &[
                text(functional_id),
                text(sender),
                text(receiver),
                text(at.0),
                text(at.1),
                text(&control.to_string()),
                text("X"),
                text(version),
            ],
        );
        self.groups = self.groups.saturating_add(1);
        self.group = Some(OpenGroup { control, transactions: 0 });
        self
    }

    /// Starts a transaction set (ST), closing the open one. `version` is ST03, `None` where it is not sent (835).
    pub fn transaction(&mut self, set_id: &str, control: &str, version: Option<&str>) -> &mut Self {
        self.end_transaction();
        match &mut self.group {
            Some(group) => group.transactions = group.transactions.saturating_add(1),
            None => self.fail(WriteError::Misplaced { segment: "ST".to_owned(), needed: "a group" }),
        }
        self.put("ST", &[text(set_id), text(control), text(version.unwrap_or_default())]);
        self.transaction = Some(OpenTransaction { control: control.to_owned(), segments: 1 });
        self
    }

    /// Writes a segment; trailing empty elements are left out, and so is a segment without any element.
    /// Outside a transaction set only TA1 may be written.
    pub fn segment<'e, E: Copy + Into<Element<'e>>>(&mut self, id: &str, elements: &[E]) -> &mut Self {
        let elements: Vec<Element<'e>> = elements.iter().map(|element| (*element).into()).collect();
        if elements.iter().all(is_empty) {
            return self;
        }
        match &mut self.transaction {
            Some(transaction) => transaction.segments = transaction.segments.saturating_add(1),
            None if id == "TA1" => {}
            None => self.fail(WriteError::Misplaced { segment: id.to_owned(), needed: "a transaction set" }),
        }
        self.put(id, &elements);
        self
    }

    /// Closes the open transaction set (SE), if any.
    pub fn end_transaction(&mut self) -> &mut Self {
        if let Some(OpenTransaction { control, segments }) = self.transaction.take() {
            self.put("SE", &[text(&segments.saturating_add(1).to_string()), text(&control)]);
        }
        self
    }

    /// Closes the open group (GE), if any.
    pub fn end_group(&mut self) -> &mut Self {
        self.end_transaction();
        if let Some(OpenGroup { control, transactions }) = self.group.take() {
            self.put("GE", &[text(&transactions.to_string()), text(&control.to_string())]);
        }
        self
    }

    /// Closes everything and gives the bytes.
    ///
    /// # Errors
    /// The first [`WriteError`] met.
    pub fn finish(&mut self) -> Result<Vec<u8>, WriteError> {
        self.end_group();
        let control = format!("{:09}", self.envelope.interchange_control);
        self.put("IEA", &[text(&self.groups.to_string()), text(&control)]);
        match self.error.take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut self.out)),
        }
    }

    /// What was written since the last time, for an interchange too long to be held.
    pub(crate) fn take_written(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Transaction sets of the open group.
    pub(crate) fn transactions(&self) -> u32 {
        self.group.as_ref().map_or(0, |group| group.transactions)
    }

    /// Sets how many transaction sets the open group has, after some were taken back.
    pub(crate) fn count_transactions(&mut self, transactions: u32) {
        if let Some(group) = &mut self.group {
            group.transactions = transactions;
        }
    }

    /// Segments of the open transaction set, ST among them.
    pub(crate) fn segments(&self) -> u32 {
        self.transaction.as_ref().map_or(0, |transaction| transaction.segments)
    }

    /// Counts segments of the open transaction set that were written elsewhere.
    pub(crate) fn count_segments(&mut self, segments: u32) {
        if let Some(transaction) = &mut self.transaction {
            transaction.segments = transaction.segments.saturating_add(segments);
        }
    }

    fn isa(&mut self) {
        let envelope = self.envelope.clone();
        let (date, time) = envelope.at;
        let control = format!("{:09}", envelope.interchange_control);
        self.check_width("ISA05", envelope.sender_qualifier, 2..=2, "2 characters");
        self.check_width("ISA06", envelope.sender, 1..=15, "1 to 15 characters");
        self.check_width("ISA07", envelope.receiver_qualifier, 2..=2, "2 characters");
        self.check_width("ISA08", envelope.receiver, 1..=15, "1 to 15 characters");
        self.check_width("ISA09", date, 8..=8, "8 digits, CCYYMMDD");
        self.check_width("ISA10", time, 4..=4, "4 digits, HHMM");
        self.check_width("ISA13", &control, 9..=9, "at most 9 digits");
        if !matches!(envelope.usage, 'I' | 'P' | 'T') {
            let value = envelope.usage.to_string();
            self.fail(WriteError::Envelope { field: "ISA15", value, expected: "P, T or I" });
        }
        let Envelope { sender_qualifier, sender, receiver_qualifier, receiver, .. } = envelope;
        let values = [sender_qualifier, sender, receiver_qualifier, receiver, date, time];
        for (element, value) in [5_usize, 6, 7, 8, 9, 10].into_iter().zip(values) {
            self.check("ISA", element, value);
        }
        let short_date = date.get(2..).unwrap_or_default();
        let requested = if envelope.is_ack_requested { '1' } else { '0' };
        let isa = format!(
            "ISA*00*{:10}*00*{:10}*{}*{:15}*{}*{:15}*{short_date}*{time}*^*00501*{control}*{requested}*{}*:~\n",
            "",
            "",
            envelope.sender_qualifier,
            envelope.sender,
            envelope.receiver_qualifier,
            envelope.receiver,
            envelope.usage
        );
        self.out.extend_from_slice(isa.as_bytes());
    }

    fn check_width(
        &mut self,
        field: &'static str,
        value: &str,
        width: std::ops::RangeInclusive<usize>,
        expected: &'static str,
    ) {
        if !width.contains(&value.chars().count()) || !value.is_ascii() {
            self.fail(WriteError::Envelope { field, value: value.to_owned(), expected });
        }
    }

    fn put(&mut self, id: &str, elements: &[Element<'_>]) {
        let kept = elements.iter().rposition(|element| !is_empty(element)).map_or(0, |last| last.saturating_add(1));
        self.out.extend_from_slice(id.as_bytes());
        for (index, element) in elements.iter().take(kept).enumerate() {
            self.out.push(self.delimiters.element);
            self.put_element(id, index.saturating_add(1), element);
        }
        self.out.push(self.delimiters.segment);
        self.out.push(b'\n');
    }

    fn put_element(&mut self, id: &str, number: usize, element: &Element<'_>) {
        match element {
            Element::Text(value) => self.put_value(id, number, value),
            Element::Composite(components) => {
                let last = components.iter().rposition(|component| !component.is_empty());
                let kept = last.map_or(0, |last| last.saturating_add(1));
                for (index, component) in components.iter().take(kept).enumerate() {
                    if index > 0 {
                        self.out.push(self.delimiters.component);
                    }
                    self.put_value(id, number, component);
                }
            }
            Element::Repeat(repetitions) => {
                for (index, repetition) in repetitions.iter().enumerate() {
                    if index > 0 {
                        self.out.extend(self.delimiters.repetition);
                    }
                    self.put_element(id, number, repetition);
                }
            }
        }
    }

    fn put_value(&mut self, id: &str, number: usize, value: &str) {
        self.check(id, number, value);
        self.out.extend_from_slice(value.as_bytes());
    }

    fn check(&mut self, id: &str, element: usize, value: &str) {
        let Delimiters { element: mark, component, repetition, segment } = self.delimiters;
        let is_mark =
            |c: char| [Some(mark), Some(component), repetition, Some(segment)].contains(&u8::try_from(c).ok());
        if let Some(found) = value.chars().find(|c| c.is_control() || (c.is_ascii() && is_mark(*c))) {
            self.fail(WriteError::Forbidden { segment: id.to_owned(), element, value: value.to_owned(), found });
        }
    }

    fn fail(&mut self, error: WriteError) {
        self.error.get_or_insert(error);
    }
}

fn is_empty(element: &Element<'_>) -> bool {
    match element {
        Element::Text(value) => value.is_empty(),
        Element::Composite(components) => components.iter().all(|component| component.is_empty()),
        Element::Repeat(repetitions) => repetitions.iter().all(is_empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> Writer<'static> {
        Writer::new(&Envelope::new("CLINIC", "PAYER", ("20261002", "0915"), 7))
    }

    #[test]
    fn counts_itself_and_trims() {
        let bytes = writer()
            .group("HP", "005010X221A1", 3)
            .transaction("835", "0001", None)
            .segment("N3", &["1 MAIN ST", ""])
            .segment("REF", &["", ""])
            .segment("SVC", &[composite(&["HC", "97110", "", ""]), text("10"), text("")])
            .transaction("835", "0002", None)
            .finish()
            .unwrap();
        let written = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = written.lines().collect();
        assert_eq!(lines[0].len(), 106);
        assert_eq!(
            lines[1..],
            [
                "GS*HP*CLINIC*PAYER*20261002*0915*3*X*005010X221A1~",
                "ST*835*0001~",
                "N3*1 MAIN ST~",
                "SVC*HC:97110*10~",
                "SE*4*0001~",
                "ST*835*0002~",
                "SE*2*0002~",
                "GE*2*3~",
                "IEA*1*000000007~",
            ]
        );
    }

    #[test]
    fn refuses_delimiters_and_control_characters_in_data() {
        for value in ["A*B", "A~B", "A:B", "A^B", "A\nB", "A\u{1}"] {
            let result = writer().group("HC", "V", 1).transaction("837", "0001", None).segment("N3", &[value]).finish();
            assert!(matches!(result, Err(WriteError::Forbidden { element: 1, .. })), "{value:?}: {result:?}");
        }
        let result = writer()
            .group("HC", "V", 1)
            .transaction("837", "0001", None)
            .segment("SV1", &[composite(&["HC", "9:9"])])
            .finish();
        assert!(matches!(result, Err(WriteError::Forbidden { .. })));
    }

    #[test]
    fn refuses_what_does_not_fit_or_has_no_place() {
        let long = Envelope::new("A-SENDER-TOO-LONG", "PAYER", ("20261002", "0915"), 7);
        assert!(matches!(Writer::new(&long).finish(), Err(WriteError::Envelope { field: "ISA06", .. })));
        assert!(matches!(writer().segment("NTE", &["ADD"]).finish(), Err(WriteError::Misplaced { .. })));
        assert!(matches!(writer().transaction("837", "0001", None).finish(), Err(WriteError::Misplaced { .. })));
    }
}
