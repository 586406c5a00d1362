//! Findings for people: a pointer into the file, as a compiler gives it.

use std::fmt::Write as _;

use crate::finding::{AckLevel, Finding, Severity};
use crate::segment::Segment;

/// Columns of a segment shown around the place; longer ones are cut.
const COLUMNS_MAX: usize = 100;

/// The part of a segment that people are shown, on one line, and the place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The segment with its terminator; what is far from the place is cut.
    pub text: String,
    /// Characters before the place, and of the place.
    pub mark: (usize, usize),
}

/// Renders one finding with the segment it concerns and a mark below the element.
///
/// ```text
/// error[C7]: CLM02 is 120.00 but the lines add up to 125.00.
///   --> claims.837:16 (byte 912, segment 14 of transaction 0001, 2300/CLM[1]/02)
///    |
///    | CLM*A1*120***11:B:1*Y*A*Y*Y~
///    |        ^^^
///    = SNIP 3, answered by 277CA A8:400
/// ```
#[must_use]
pub fn render_text(name: &str, finding: &Finding) -> String {
    let Finding { rule, snip, ack, offset, line, path, message, excerpt, .. } = finding;
    let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
    let mut place = format!("byte {offset}");
    if let Some(position) = finding.position {
        let _ = write!(place, ", segment {position}");
    }
    if let Some(transaction) = &finding.transaction {
        let _ = write!(place, " of transaction {transaction}");
    }
    // What is no segment has no line of its own.
    let line = if *line > 0 { format!(":{line}") } else { String::new() };
    let (before, width) = excerpt.mark;
    let (shown, mark) = (&excerpt.text, format!("{}{}", " ".repeat(before), "^".repeat(width)));
    let answer = match ack.level {
        AckLevel::None => String::new(),
        level => format!(", answered by {level} {}", ack.code),
    };
    let cited = finding.citation.as_ref().map_or(String::new(), |source| format!("   = see {source}\n"));
    format!(
        "{kind}[{rule}]: {message}\n  --> {name}{line} ({place}, {path})\n   |\n   | {shown}\n   | {mark}\n   = SNIP {snip}{answer}\n{cited}"
    )
}

/// The line of a segment around `length` bytes at `at`.
pub(crate) fn excerpt(segment: &Segment<'_>, at: usize, length: usize) -> Excerpt {
    let is_end = |byte: &u8| matches!(*byte, b'\n' | b'\r');
    let (before, after) = segment.raw().split_at_checked(at).unwrap_or((segment.raw(), &[]));
    let start = before.iter().rposition(is_end).map_or(0, |at| at.saturating_add(1));
    let end = after.iter().position(is_end);
    let terminator = [segment.delimiters().segment];
    let is_whole = end.is_none() && segment.is_terminated() && !is_end(&terminator[0]);
    let visible = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        text.chars().map(|c| if c.is_control() { '·' } else { c }).collect::<String>()
    };
    let lead = visible(before.get(start..).unwrap_or_default());
    let mut tail = visible(after.get(..end.unwrap_or(after.len())).unwrap_or_default());
    if is_whole {
        tail.push_str(&visible(&terminator));
    }
    let cut = lead.chars().count().saturating_sub(COLUMNS_MAX / 2);
    let lead: String = if cut > 0 { format!("…{}", lead.chars().skip(cut).collect::<String>()) } else { lead };
    let tail_shown: String = tail.chars().take(COLUMNS_MAX).collect();
    let rest = if tail_shown.len() < tail.len() { "…" } else { "" };
    let mark = (lead.chars().count(), length.clamp(1, tail_shown.chars().count().max(1)));
    Excerpt { text: format!("{lead}{tail_shown}{rest}"), mark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::{Options, validate};

    #[test]
    fn points_at_the_element() {
        let file = b"ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261002*0915*^*00501*000000001*0*T*:~\n\
            GS*HP*PAYER*CLINIC*20261002*0915*1*X*005010X221A1~\nST*835*0001~\nBPR*Q*0*C*NON************20261002~\nSE*3*0001~\nGE*1*1~\nIEA*1*000000001~\n";
        let report = validate(file, &Options::default());
        let finding = report.findings.iter().find(|finding| finding.segment == "BPR").unwrap();
        assert_eq!(
            render_text("era.835", finding),
            "error[E14]: BPR01 cannot be \"Q\"; use C, D, H, I, P, U, X.\n  \
             --> era.835:4 (byte 175, segment 2 of transaction 0001, BPR/01)\n   |\n   \
             | BPR*Q*0*C*NON************20261002~\n   |     ^\n   = SNIP 2, answered by IK4 7\n"
        );
        assert!(report.findings.iter().all(|finding| !render_text("x", finding).is_empty()));
    }
}
