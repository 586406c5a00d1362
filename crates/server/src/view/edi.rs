//! A file's segments cut for colouring.

/// One segment as a line of the 837 view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EdiLine {
    /// Loop it stands in, `2300`.
    pub loop_id: String,
    /// Segment id, `CLM`.
    pub id: String,
    /// `envelope`, `party`, `claim` or `service`: class and legend.
    pub family: &'static str,
    /// The rest, element by element.
    pub parts: Vec<EdiPart>,
    /// What the segment says, in our words; may be empty.
    pub meaning: String,
    /// A finding about it, or empty.
    pub finding: String,
}

/// A run of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdiPart {
    /// Element or component separator.
    pub is_separator: bool,
    /// The characters.
    pub text: String,
}

impl EdiLine {
    /// Cuts one segment, written without its terminator, at its element and component separators.
    #[must_use]
    pub fn read(raw: &str, separators: [char; 2], loop_id: &str) -> Self {
        let raw = raw.trim();
        let (id, rest) = raw.split_at(raw.find(separators).unwrap_or(raw.len()));
        let mut parts: Vec<EdiPart> = Vec::new();
        for character in rest.chars() {
            // ISA carries the component separator as data, in its last element.
            let is_separator = separators.contains(&character);
            match parts.last_mut() {
                Some(last) if last.is_separator == is_separator => last.text.push(character),
                _ => parts.push(EdiPart { is_separator, text: character.into() }),
            }
        }
        Self { loop_id: loop_id.to_owned(), id: id.to_owned(), family: family(id, loop_id), parts, ..Self::default() }
    }
}

fn family(id: &str, loop_id: &str) -> &'static str {
    match (id, loop_id.get(..3)) {
        ("ISA" | "GS" | "ST" | "BHT" | "SE" | "GE" | "IEA" | "TA1", _) => "envelope",
        (_, Some("240" | "242" | "243" | "244")) => "service",
        (_, Some("230" | "232")) => "claim",
        _ => "party",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_cut_at_its_separators_and_nothing_is_lost() {
        let line = EdiLine::read("SV1*HC:99213:25*120*UN*1***1:2", ['*', ':'], "2400");
        assert_eq!((line.id.as_str(), line.family), ("SV1", "service"));
        let joined: String = line.parts.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(joined, "*HC:99213:25*120*UN*1***1:2");
        assert!(line.parts.iter().any(|p| p.is_separator && p.text == "***"));
    }

    #[test]
    fn families_follow_the_loops() {
        let of = |raw: &str, loop_id: &str| EdiLine::read(raw, ['*', ':'], loop_id).family;
        assert_eq!(of("ISA*00", ""), "envelope");
        assert_eq!(of("NM1*85*2*A", "2010AA"), "party");
        assert_eq!(of("CLM*A*1", "2300"), "claim");
        assert_eq!(of("", ""), "party");
    }
}
