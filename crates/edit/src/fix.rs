//! Corrections that need no judgement, made on a copy and told.

use claim::{Claim, Finding, Fix, Verdict};

/// Applies the fixes that failed findings carry and says in words what was done.
///
/// Positions in fixes mean the claim as it was examined: several fixes keep their meaning together, and
/// pointers follow the diagnoses they meant.
#[must_use]
pub fn apply_fixes(claim: &Claim, findings: &[Finding]) -> (Claim, Vec<String>) {
    let mut fixed = claim.clone();
    // Where each diagnosis of the examined claim stands now: original indices in their present order.
    let mut order: Vec<usize> = (0..claim.diagnoses.len()).collect();
    let mut done = Vec::new();
    for finding in findings.iter().filter(|f| f.verdict == Verdict::Fail) {
        let told = match &finding.fix {
            Some(Fix::AddModifier { line, modifier }) => add_modifier(&mut fixed, *line, modifier),
            Some(Fix::MoveDiagnosis { from, to }) => move_diagnosis(claim, &mut order, *from, *to),
            Some(Fix::DropDiagnosis { position }) => drop_diagnosis(claim, &mut order, *position),
            None => None,
        };
        done.extend(told.map(|what| format!("{what} ({})", finding.id)));
    }
    let moves: Vec<(u8, u8)> = findings
        .iter()
        .filter_map(|f| match f.fix {
            Some(Fix::MoveDiagnosis { from, to }) if f.verdict == Verdict::Fail => Some((from, to)),
            _ => None,
        })
        .collect();
    fixed.diagnoses = order.iter().filter_map(|i| claim.diagnoses.get(*i)).cloned().collect();
    repoint(claim, &order, &moves, &mut fixed);
    (fixed, done)
}

/// SV101 carries at most four modifiers.
const MODIFIERS_MAX: usize = 4;

fn add_modifier(claim: &mut Claim, number: u16, modifier: &claim::Modifier) -> Option<String> {
    let line = claim.lines.iter_mut().find(|line| line.number == number)?;
    if line.modifiers.contains(modifier) || line.modifiers.len() >= MODIFIERS_MAX {
        return None;
    }
    line.modifiers.push(modifier.clone());
    Some(format!("Added modifier {modifier} to {} on line {number}", line.procedure))
}

fn index_of(position: u8) -> Option<usize> {
    usize::from(position).checked_sub(1)
}

fn move_diagnosis(claim: &Claim, order: &mut Vec<usize>, from: u8, to: u8) -> Option<String> {
    let (moved, behind) = (index_of(from)?, index_of(to)?);
    let (now, target) = (order.iter().position(|i| *i == moved)?, order.iter().position(|i| *i == behind)?);
    if now >= target {
        return None;
    }
    order.remove(now);
    order.insert(target, moved);
    let (moved, behind) = (claim.diagnoses.get(moved)?, claim.diagnoses.get(behind)?);
    Some(format!("Moved {} behind {}", moved.dotted(), behind.dotted()))
}

fn drop_diagnosis(claim: &Claim, order: &mut Vec<usize>, position: u8) -> Option<String> {
    let dropped = index_of(position)?;
    let code = claim.diagnoses.get(dropped)?;
    // Only an exact duplicate goes: another one must stay.
    let stays = order.iter().any(|i| *i != dropped && claim.diagnoses.get(*i) == Some(code));
    let now = order.iter().position(|i| *i == dropped)?;
    if !stays {
        return None;
    }
    order.remove(now);
    Some(format!("Dropped the second {}", code.dotted()))
}

/// Pointers follow their diagnoses; a pointer to a dropped duplicate goes to the one that stayed, and a line
/// that names both ends of a move names them in the new order.
fn repoint(before: &Claim, order: &[usize], moves: &[(u8, u8)], after: &mut Claim) {
    for line in &mut after.lines {
        let mut examined = line.pointers.clone();
        for (moved, behind) in moves {
            let place = |pointers: &[u8], wanted: u8| pointers.iter().position(|p| *p == wanted);
            if let (Some(first), Some(second)) = (place(&examined, *moved), place(&examined, *behind))
                && first < second
            {
                examined.remove(first);
                examined.insert(second, *moved);
            }
        }
        let mut pointers: Vec<u8> = Vec::new();
        for pointer in examined {
            let original = index_of(pointer);
            let now = order.iter().position(|i| Some(*i) == original).or_else(|| {
                let code = before.diagnoses.get(original?)?;
                after.diagnoses.iter().position(|d| d == code)
            });
            let pointer = now.and_then(|i| u8::try_from(i + 1).ok()).unwrap_or(pointer);
            if !pointers.contains(&pointer) {
                pointers.push(pointer);
            }
        }
        line.pointers = pointers;
    }
}

#[cfg(test)]
mod tests {
    use claim::{Owner, Severity};

    use super::*;
    use crate::sample;

    fn failed(fix: Fix) -> Finding {
        Finding {
            id: "X".into(),
            verdict: Verdict::Fail,
            severity: Severity::Error,
            owner: Owner::Coder,
            line: None,
            field: String::new(),
            message: String::new(),
            citation: String::new(),
            fix: Some(fix),
            editions: Vec::new(),
        }
    }

    #[test]
    fn pointers_follow_their_diagnoses() {
        let mut claim = sample::claim();
        claim.diagnoses = ["G63", "E1142", "I10", "I10"].map(|code| code.parse().unwrap()).to_vec();
        claim.lines[0].pointers = vec![1, 2, 4];
        let findings = [failed(Fix::DropDiagnosis { position: 4 }), failed(Fix::MoveDiagnosis { from: 1, to: 2 })];
        let (fixed, done) = apply_fixes(&claim, &findings);
        let codes: Vec<&str> = fixed.diagnoses.iter().map(claim::DiagnosisCode::as_str).collect();
        assert_eq!(codes, ["E1142", "G63", "I10"]);
        assert_eq!(fixed.lines[0].pointers, [1, 2, 3]);
        assert_eq!(done, ["Dropped the second I10 (X)", "Moved G63 behind E11.42 (X)"]);
    }

    #[test]
    fn nothing_is_forced() {
        let claim = sample::claim();
        let findings = [
            failed(Fix::DropDiagnosis { position: 1 }),
            failed(Fix::MoveDiagnosis { from: 2, to: 1 }),
            failed(Fix::AddModifier { line: 9, modifier: "GP".parse().unwrap() }),
        ];
        let (fixed, done) = apply_fixes(&claim, &findings);
        assert_eq!(fixed, claim);
        assert!(done.is_empty());
    }
}
