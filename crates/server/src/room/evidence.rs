//! From a line of a claim back to the words of the note.

use claim::{ClaimId, CodingDecision, DecisionKind, Suggestion};
use store::Tx;

use super::decide;
use crate::answer::Fault;
use crate::call::Call;
use crate::view::denial::CodeEvidence;
use crate::worklist::CHART;

/// The codes of a line, procedure first, each with the words that led to it.
///
/// # Errors
/// When the store fails.
pub(super) fn of_line(tx: &mut Tx<'_>, call: &Call<'_>, id: ClaimId, line: u16) -> Result<Vec<CodeEvidence>, Fault> {
    let record = store::claim::get(tx, id)?;
    let claim = store::claim::latest(tx, id)?.claim;
    let Some(line) = claim.lines.iter().find(|one| one.number == line) else { return Ok(Vec::new()) };
    let visit = store::encounter::get(tx, record.encounter_id)?.encounter;
    let Some(run) = store::coding::latest_run(tx, visit.id)? else { return Ok(Vec::new()) };
    let decided: Vec<CodingDecision> = store::coding::decisions(tx, visit.id)?.into_iter().map(|(_, d)| d).collect();
    let page = call.link(CHART, format!("/encounters/{}", visit.number));
    let pointed = line.pointers.iter().filter_map(|p| claim.diagnoses.get(usize::from(*p).checked_sub(1)?));
    let codes = std::iter::once((line.procedure.to_string(), line.procedure.to_string()))
        .chain(pointed.map(|code| (code.as_str().to_owned(), code.dotted())));
    Ok(codes.map(|(code, shown)| of_code(&run.coding.suggestions, &decided, &code, shown, &page)).collect())
}

fn of_code(
    suggestions: &[Suggestion],
    decided: &[CodingDecision],
    code: &str,
    shown: String,
    page: &str,
) -> CodeEvidence {
    // The suggestion that became the code, taken as it was or changed into it.
    let became = |suggestion: &Suggestion| match decide::last(decided, suggestion) {
        Some(decision) => decision.decided.as_deref() == Some(code),
        None => suggestion.code.code() == code,
    };
    let from = (1..).zip(suggestions).find(|(_, suggestion)| became(suggestion));
    let by_hand = decided.iter().rev().find(|decision| {
        decision.decided.as_deref() == Some(code) && matches!(decision.kind, DecisionKind::Add | DecisionKind::Change)
    });
    CodeEvidence {
        code: shown,
        quotes: from.iter().flat_map(|(_, s)| &s.evidence).map(|e| e.text.clone()).collect(),
        decided: by_hand.map(|decision| format!("Decided: {}", decision.reason)).unwrap_or_default(),
        href: match from {
            Some((n, _)) if !page.is_empty() => format!("{page}#s{n}"),
            _ => page.to_owned(),
        },
    }
}
