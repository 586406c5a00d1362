//! The paths and conditions of an overlay.

use crate::segment::Segment;
use crate::value::cents;

/// A segment of a loop, told from others by its qualifier, or one of its elements: `2300/REF*G1`, `2300/CLM05-3`,
/// `2300/REF*G1/02`, `BHT06` for the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Empty for the header.
    pub loop_id: String,
    pub segment: String,
    /// What its first element, or that element's first component, must be.
    pub qualifier: Option<String>,
    /// 0 for the whole segment.
    pub element: usize,
    /// 0 for the whole element.
    pub component: usize,
}

/// A condition: a path, and what must be true of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub path: Path,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// One of its values is in the list; a value that ends in `*` stands for all that begin so.
    Is(Vec<String>),
    /// It is there, and none of its values is in the list.
    IsNot(Vec<String>),
    /// An amount above it, in cents.
    Above(i64),
    /// An amount below it, in cents.
    Below(i64),
}

const EXAMPLES: &str = "write loop/segment*qualifier or loop/segment and element, such as 2300/REF*G1, 2300/CLM05-3 \
                        or 2300/REF*G1/02";

impl Path {
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no path; {EXAMPLES}");
        let mut parts = text.trim().split('/').peekable();
        // Loops begin with a digit or are longer than a segment with its element.
        let is_loop = |part: &&str| {
            part.starts_with(|c: char| c.is_ascii_digit()) || part.len() > 5 && !part.contains(['*', '-'])
        };
        let loop_id = parts.next_if(is_loop).unwrap_or_default();
        let (name, qualifier) = match parts.next().ok_or_else(wrong)?.split_once('*') {
            Some((name, qualifier)) if !qualifier.is_empty() => (name, Some(qualifier.to_owned())),
            Some(_) => return Err(wrong()),
            None => (parts_of(text), None),
        };
        let (segment, short) = split_name(name);
        let number = match (short, parts.next()) {
            (Some(number), None) => Some(number),
            (None, number) => number,
            (Some(_), Some(_)) => return Err(wrong()),
        };
        let is_segment = (2..=3).contains(&segment.len())
            && segment.starts_with(|c: char| c.is_ascii_uppercase())
            && segment.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_segment || parts.next().is_some() {
            return Err(wrong());
        }
        let (element, component) = match number.map(|number| number.split_once('-').unwrap_or((number, "0"))) {
            None => (0, 0),
            Some((element, component)) => {
                let parse = |text: &str| text.parse::<usize>().map_err(|_| wrong());
                (parse(element)?, parse(component)?)
            }
        };
        if number.is_some() && element == 0 {
            return Err(wrong());
        }
        Ok(Self { loop_id: loop_id.to_owned(), segment: segment.to_owned(), qualifier, element, component })
    }

    /// Whether a segment of the loop is the one meant.
    pub fn fits(&self, segment: &Segment<'_>) -> bool {
        segment.id_bytes() == self.segment.as_bytes()
            && self.qualifier.as_deref().is_none_or(|qualifier| segment.comp(1, 1) == qualifier)
    }

    /// The value meant, of a segment that fits; its first for the whole segment.
    pub fn value<'a>(&self, segment: &Segment<'a>) -> &'a str {
        match (self.element, self.component) {
            (0, _) => segment.id(),
            (element, 0) => segment.el(element),
            (element, component) => segment.comp(element, component),
        }
    }
}

/// The part of a path that names the segment.
fn parts_of(text: &str) -> &str {
    let mut parts = text.trim().split('/').filter(|part| !part.starts_with(|c: char| c.is_ascii_digit()));
    parts.next().unwrap_or_default()
}

/// `CLM05-3` as `CLM` and `05-3`.
fn split_name(name: &str) -> (&str, Option<&str>) {
    let end = name.find('-').unwrap_or(name.len());
    let at = end.saturating_sub(2);
    let is_element =
        at >= 2 && name.get(at..end).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    match name.split_at_checked(at) {
        Some((segment, number)) if is_element => (segment, Some(number)),
        _ => (name, None),
    }
}

impl Clause {
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("no ") {
            return Ok(Self { path: Path::parse(path)?, test: Test::Absent });
        }
        let Some(at) = text.find(['=', '!', '>', '<']) else {
            return Ok(Self { path: Path::parse(text)?, test: Test::Present });
        };
        let (path, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let (operator, value) =
            rest.strip_prefix("!=").map_or_else(|| (rest.get(..1), rest.get(1..)), |v| (Some("!="), Some(v)));
        let value = value.unwrap_or_default().trim();
        let values = || value.split('|').map(|one| one.trim().to_owned()).collect::<Vec<_>>();
        let amount = || cents(value).filter(|_| !value.is_empty()).ok_or_else(|| format!("{value:?} is no amount"));
        let test = match operator {
            _ if value.is_empty() => return Err(format!("{text:?} names no value")),
            Some("=") => Test::Is(values()),
            Some("!=") => Test::IsNot(values()),
            Some(">") => Test::Above(amount()?),
            Some("<") => Test::Below(amount()?),
            _ => {
                return Err(format!("{text:?} is no condition; use =, !=, > or <, or the path alone, or no before it"));
            }
        };
        let path = Path::parse(path)?;
        if path.element == 0 {
            return Err(format!("{text:?} compares a whole segment; name its element"));
        }
        Ok(Self { path, test })
    }

    /// Whether the condition holds of the segments it is asked of.
    pub fn holds<'a>(&self, mut segments: impl Iterator<Item = Segment<'a>>) -> bool {
        match &self.test {
            Test::Present => segments.any(|segment| !self.path.value(&segment).is_empty()),
            Test::Absent => segments.all(|segment| self.path.value(&segment).is_empty()),
            Test::Is(values) => segments.any(|segment| is_among(values, self.path.value(&segment))),
            Test::IsNot(values) => {
                let mut is_there = false;
                let is_none = segments.all(|segment| {
                    is_there = true;
                    !is_among(values, self.path.value(&segment))
                });
                is_there && is_none
            }
            Test::Above(limit) => segments.any(|segment| self.cents(&segment).is_some_and(|amount| amount > *limit)),
            Test::Below(limit) => segments.any(|segment| self.cents(&segment).is_some_and(|amount| amount < *limit)),
        }
    }

    fn cents(&self, segment: &Segment<'_>) -> Option<i64> {
        let value = self.path.value(segment);
        cents(value).filter(|_| !value.is_empty())
    }
}

/// Whether a value is in a list whose entries may end in `*`.
pub(super) fn is_among(values: &[String], value: &str) -> bool {
    let fits = |one: &String| match one.strip_suffix('*') {
        Some(beginning) => value.starts_with(beginning) && !value.is_empty(),
        None => one == value,
    };
    values.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let path = |text: &str| {
            let Path { loop_id, segment, qualifier, element, component } = Path::parse(text).unwrap();
            format!("{loop_id} {segment} {} {element}-{component}", qualifier.unwrap_or_default())
        };
        assert_eq!(path("2300/REF*G1"), "2300 REF G1 0-0");
        assert_eq!(path("2300/REF*G1/02"), "2300 REF G1 2-0");
        assert_eq!(path("2300/CLM05-3"), "2300 CLM  5-3");
        assert_eq!(path("2300/CLM/05-3"), "2300 CLM  5-3");
        assert_eq!(path("2010AA/N301"), "2010AA N3  1-0");
        assert_eq!(path("2400/SV101-2"), "2400 SV1  1-2");
        assert_eq!(path("BHT06"), " BHT  6-0");
        assert_eq!(path("2300/HI*ABK/01-2"), "2300 HI ABK 1-2");
        for wrong in ["", "2300", "2300/clm", "2300/CLM00", "2300/REF*", "2300/CLM05/1", "2300/REF/2/3", "2300/CLMM"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn conditions_are_read_and_hold() {
        let clm = Segment::new(b"CLM*A1*125.50***11:B:7", crate::Delimiters::default(), 0, true);
        let holds = |text: &str| Clause::parse(text).unwrap().holds(std::iter::once(clm));
        assert!(holds("2300/CLM05-3 = 7 | 8") && !holds("2300/CLM05-3 = 1"));
        assert!(holds("2300/CLM05-3 != 1") && !holds("2300/CLM05-3 != 7"));
        assert!(holds("2300/CLM02 > 125") && !holds("2300/CLM02 > 125.50") && holds("2300/CLM02 < 126"));
        assert!(holds("2300/CLM05-1 = 1*") && !holds("2300/CLM05-1 = 2*"));
        assert!(holds("2300/CLM02") && !holds("no 2300/CLM02") && holds("no 2300/CLM09"));
        for wrong in ["2300/CLM05-3 =", "2300/CLM = 3", "2300/CLM02 > x", "2300/CLM02 ! 3"] {
            assert!(Clause::parse(wrong).is_err(), "{wrong}");
        }
    }
}
