//! One claim or payment at a time with what stands above it, in flat memory.

use std::io::{self, Read};

use crate::envelope::ReadError;
use crate::limits::{DEPTH_MAX, UNIT_BYTES_MAX};
use crate::located::Kept;
use crate::segment::Segment;
use crate::stream::{Event, Reader, begins_unit};
use crate::whole::Envelopes;

/// A claim (837: CLM with its lines) or a payment (835: CLP with its lines).
#[derive(Clone, Debug)]
pub struct ClaimUnit<'b> {
    /// ST02 of its transaction set.
    pub transaction: &'b str,
    /// ST01.
    pub set_id: &'b str,
    /// ST03, or GS08 where ST03 is not sent.
    pub guide: &'b str,
    /// What stands above it, outermost first: the header, then the levels that lead to it.
    pub context: Vec<Segment<'b>>,
    /// Its own segments, CLM or CLP first.
    pub segments: Vec<Segment<'b>>,
}

/// Reads the claims and payments of a file one by one.
///
/// ```
/// # let isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~";
/// # let file = format!("{isa}GS*HC*A*B*20261002*0915*1*X*005010X222A1~ST*837*0001*005010X222A1~HL*1**20*1~HL*2*1*22*0~SBR*P~CLM*A1*10~HL*3*1*22*0~CLM*A2*20~SE*8*0001~GE*1*1~IEA*1*000000001~");
/// let mut claims = x12::ClaimReader::new(file.as_bytes());
/// let mut seen = Vec::new();
/// while let Some(claim) = claims.next_claim()? {
///     seen.push(format!("{} below {} segments", claim.control(), claim.context.len()));
/// }
/// assert_eq!(seen, ["A1 below 3 segments", "A2 below 2 segments"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ClaimReader<R> {
    reader: Reader<R>,
    version: String,
    transaction: Option<Kept>,
    header: Vec<Kept>,
    /// The levels open: number and segments.
    levels: Vec<(String, Vec<Kept>)>,
    /// Units of the open transaction set so far.
    units: usize,
    envelopes: Envelopes,
    /// The first place where the file is not whole: what could not be read, a segment outside its envelope, a trailer
    /// that is missing, a claim longer than [`UNIT_BYTES_MAX`].
    pub broken: Option<ReadError>,
}

impl ClaimUnit<'_> {
    /// CLM01 or CLP01.
    #[must_use]
    pub fn control(&self) -> &str {
        self.segments.first().map_or("", |first| first.el(1))
    }
}

impl<R: Read> ClaimReader<R> {
    /// From anything that gives bytes; no need to buffer it.
    pub fn new(source: R) -> Self {
        Self {
            reader: Reader::new(source),
            version: String::new(),
            transaction: None,
            header: Vec::new(),
            levels: Vec::new(),
            units: 0,
            envelopes: Envelopes::default(),
            broken: None,
        }
    }

    /// The next claim, `None` at the end of the file. What is not whole is passed over; see [`ClaimReader::broken`].
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn next_claim(&mut self) -> io::Result<Option<ClaimUnit<'_>>> {
        let Self { reader, version, transaction, header, levels, units, envelopes, broken } = self;
        while !reader.is_before_claim()? {
            let event = reader.next_event()?;
            if let Err(error) = envelopes.take(&event) {
                broken.get_or_insert(error);
            }
            match event {
                Event::Group(gs) => gs.el(8).clone_into(version),
                Event::Transaction(st) => {
                    *transaction = Some(Kept::of_segment(&st));
                    (*header, *levels, *units) = (Vec::new(), Vec::new(), 0);
                }
                Event::Unit(segments) => {
                    let set_id = transaction.as_ref().map_or("", |st| st.segment().el(1));
                    let Some(first) = segments.first().filter(|_| matches!(set_id, "837" | "835")) else { continue };
                    if *units > 0 && !begins_unit(set_id, first.id()) {
                        broken.get_or_insert_with(|| too_long(first));
                        continue;
                    }
                    *units = units.saturating_add(1);
                    take_levels(first, segments.iter().map(Kept::of_segment).collect(), header, levels);
                }
                Event::End(_) => return Ok(None),
                _ => {}
            }
        }
        *units = units.saturating_add(1);
        let event = reader.next_event()?;
        if let Err(error) = envelopes.take(&event) {
            broken.get_or_insert(error);
        }
        let Event::Unit(segments) = event else { return Ok(None) };
        let st = transaction.as_ref().map(Kept::segment);
        let guide = st.map_or("", |st| st.el(3));
        let context = header.iter().chain(levels.iter().flat_map(|(_, level)| level));
        Ok(Some(ClaimUnit {
            transaction: st.map_or("", |st| st.el(2)),
            set_id: st.map_or("", |st| st.el(1)),
            guide: if guide.is_empty() { version } else { guide },
            context: context.map(Kept::segment).collect(),
            segments,
        }))
    }
}

fn too_long(first: &Segment<'_>) -> ReadError {
    ReadError {
        offset: first.offset(),
        what: format!("more than {UNIT_BYTES_MAX} bytes belong to one claim or level"),
        expected: "a claim that fits",
        action: "Ask the sender to split it.",
    }
}

/// Keeps a unit that stands above those that follow: a level closes those that are not above it.
pub(crate) fn take_levels(
    first: &Segment<'_>,
    kept: Vec<Kept>,
    header: &mut Vec<Kept>,
    levels: &mut Vec<(String, Vec<Kept>)>,
) {
    match first.id() {
        "HL" => {
            let parent = levels.iter().position(|(number, _)| number == first.el(2));
            levels.truncate(parent.map_or(0, |at| at.saturating_add(1)).min(DEPTH_MAX));
            levels.push((first.el(1).to_owned(), kept));
        }
        // A line of summaries stands above the payments that follow it.
        "LX" => {
            levels.clear();
            levels.push((String::new(), kept));
        }
        "PLB" => {}
        _ if header.is_empty() && levels.is_empty() => header.extend(kept),
        _ => {}
    }
}
