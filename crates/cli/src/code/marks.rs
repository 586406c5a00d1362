//! The note with its codes marked under the words they rest on, as a compiler points into a source.

use claim::{Coding, Evidence, SuggestedCode};

/// Widest printed line of a note; longer ones are broken between words, so that marks stay under theirs.
const WIDTH: usize = 100;

/// Words of the note and what is said of them.
struct Mark {
    start: usize,
    end: usize,
    label: String,
}

/// The note as lines, each followed by the marks that begin in it. A suggested code stands as itself, a dropped one
/// behind `-`, a question as `?`.
pub fn marked(text: &str, coding: &Coding) -> Vec<String> {
    let marks = marks(coding);
    let mut lines = Vec::new();
    for (start, end) in pieces(text) {
        let Some(piece) = text.get(start..end) else { continue };
        let shown: String = piece.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let here = marks.iter().filter(|mark| (start..end).contains(&mark.start));
        let column = |byte: usize| text.get(start..byte.clamp(start, end)).map_or(0, |before| before.chars().count());
        let rows = rows(here.map(|mark| (column(mark.start), column(mark.end), mark.label.as_str())));
        lines.push(format!("  {}", shown.trim_end()).trim_end().to_owned());
        lines.extend(rows.into_iter().map(|row| format!("  {row}")));
    }
    lines
}

fn marks(coding: &Coding) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut add = |evidence: &[Evidence], label: &str| {
        for Evidence { start, end, .. } in evidence {
            match marks.iter_mut().find(|mark| (mark.start, mark.end) == (*start, *end)) {
                Some(mark) if mark.label.split(", ").any(|there| there == label) => {}
                Some(mark) => mark.label = format!("{}, {label}", mark.label),
                None => marks.push(Mark { start: *start, end: *end, label: label.to_owned() }),
            }
        }
    };
    for suggestion in &coding.suggestions {
        let label = match &suggestion.code {
            SuggestedCode::Diagnosis { code } => code.dotted(),
            other => other.code().to_owned(),
        };
        add(&suggestion.evidence, &label);
    }
    for rejected in &coding.rejected {
        add(&rejected.evidence, &format!("-{}", rejected.code));
    }
    for prompt in &coding.prompts {
        add(&prompt.evidence, "?");
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    marks
}

/// Lines of the text as byte ranges, long ones broken after a space where there is one.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        while let Some((cut, _)) = text.get(start..end).and_then(|rest| rest.char_indices().nth(WIDTH)) {
            let head = text.get(start..start + cut).unwrap_or_default();
            let at = head.rfind(' ').map_or(cut, |space| space + 1);
            pieces.push((start, start + at));
            start += at;
        }
        pieces.push((start, end));
        start = end;
    }
    pieces
}

/// Marks as rows of `^^^^ label`, as few rows as hold them side by side.
fn rows<'a>(marks: impl Iterator<Item = (usize, usize, &'a str)>) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for (start, end, label) in marks {
        let fits = |row: &String| row.chars().count() < start || start == 0 && row.is_empty();
        let row = match rows.iter().position(fits) {
            Some(at) => at,
            None => {
                rows.push(String::new());
                rows.len() - 1
            }
        };
        if let Some(row) = rows.get_mut(row) {
            let gap = start - row.chars().count().min(start);
            row.extend(std::iter::repeat_n(' ', gap));
            row.extend(std::iter::repeat_n('^', end.saturating_sub(start).max(1)));
            row.push(' ');
            row.push_str(label);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use claim::{Band, DiagnosisCode, RejectedCandidate, Suggestion};

    fn evidence(text: &str, words: &str) -> Vec<Evidence> {
        let start = text.find(words).unwrap();
        vec![Evidence { start, end: start + words.len(), text: words.to_owned() }]
    }

    fn suggestion(text: &str, code: &str, words: &str) -> Suggestion {
        Suggestion {
            code: SuggestedCode::Diagnosis { code: DiagnosisCode::new(code).unwrap() },
            title: String::new(),
            score: 900,
            band: Band::Accept,
            evidence: evidence(text, words),
            rules: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn marks_stand_under_their_words() {
        let text = "Fi\u{e8}vre. Hypertension and\tdiabetes.\nNo asthma.";
        let coding = Coding {
            suggestions: vec![
                suggestion(text, "I10", "Hypertension"),
                suggestion(text, "E119", "diabetes"),
                suggestion(text, "R509", "Fi\u{e8}vre"),
                suggestion(text, "Z79899", "diabetes"),
            ],
            rejected: vec![RejectedCandidate {
                code: "J45.909".to_owned(),
                title: String::new(),
                reason: "denied".to_owned(),
                rule: String::new(),
                evidence: evidence(text, "asthma"),
            }],
            ..Coding::default()
        };
        let expected = [
            "  Fi\u{e8}vre. Hypertension and diabetes.".to_owned(),
            format!("  ^^^^^^ R50.9{}^^^^^^^^ E11.9, Z79.899", " ".repeat(13)),
            "          ^^^^^^^^^^^^ I10".to_owned(),
            "  No asthma.".to_owned(),
            "     ^^^^^^ -J45.909".to_owned(),
        ];
        assert_eq!(marked(text, &coding), expected);
    }

    #[test]
    fn a_long_line_is_broken_and_keeps_every_byte() {
        let text = format!("{}\n{}", "word ".repeat(60), "x".repeat(250));
        let pieces = pieces(&text);
        assert!(pieces.iter().all(|(start, end)| text[*start..*end].chars().count() <= WIDTH + 1));
        assert_eq!(pieces.iter().map(|(start, end)| &text[*start..*end]).collect::<String>(), text);
    }
}
