//! Two facts that one code names: pairs of the table, dementia and its cause, what a stroke left behind.

use super::Room;
use crate::{
    document::word_position,
    table::{cell, table},
};

/// What is left of a stroke, by the code it has without one: its digits behind `I69.3`, whether it is coded besides.
const LEFT_BEHIND: &[(&str, &str, bool)] = &[
    ("G8191", "51", false),
    ("G8192", "52", false),
    ("G8193", "53", false),
    ("G8194", "54", false),
    ("G8190", "59", false),
    ("R4701", "20", false),
    ("R471", "22", false),
    ("R131", "91", true),
    ("R29810", "92", false),
    ("R270", "93", false),
];

impl Room<'_, '_> {
    pub(super) fn pairs(&mut self) {
        for row in table!("pairs.tsv") {
            let prefixes = |column| cell(row, column).replace('.', "");
            let (one, other) = (prefixes(0), prefixes(1));
            let found = |codes: &str| self.reported(&codes.split('|').collect::<Vec<_>>()).into_iter().next();
            let (Some(one), Some(other)) = (found(&one), found(&other)) else { continue };
            let code = prefixes(2);
            if !self.icd.is_billable(&code) {
                continue;
            }
            self.add(code, &[&one, &other], "DX15", "One code names both conditions.");
            self.replace(&one.code, "DX15", "The combination code says it.");
            if cell(row, 3) != "other" {
                self.replace(&other.code, "DX15", "The combination code says it.");
            }
        }
    }

    /// Dementia of a disease that has its own code (Index: Dementia, in or with).
    pub(super) fn dementia(&mut self) {
        let Some(cause) = self.reported(&["G20", "G30", "G3183", "G3109", "G10"]).into_iter().next() else { return };
        for dementia in self.reported(&["F03"]) {
            let digits = dementia.code.get(3..).unwrap_or_default();
            let digits = digits.strip_prefix('9').map_or_else(|| digits.to_owned(), |rest| format!("8{rest}"));
            self.add(format!("F02{digits}"), &[&dementia], "DX14", "Dementia with this disease is taken as linked.");
            self.replace(&dementia.code, "DX14", "The cause of the dementia is known.");
        }
        let names_dementia = cause.evidence.iter().any(|e| e.text.to_lowercase().contains("dementia"));
        if names_dementia && !self.has(&["F02"]) {
            self.add("F0280".to_owned(), &[&cause], "DX11", "The disease goes first, then the dementia it brought.");
        }
    }

    /// After the acute care of a stroke its remains are coded as sequelae (Guidelines I.C.9.d).
    pub(super) fn stroke(&mut self) {
        let Some(stroke) = self.reported(&["I63", "Z8673"]).into_iter().next() else { return };
        if !self.document.is_therapy && stroke.code != "Z8673" {
            return;
        }
        for (prefix, digits, is_kept) in LEFT_BEHIND {
            for remains in self.reported(&[prefix]) {
                self.add(format!("I693{digits}"), &[&remains, &stroke], "DX15", "It remained after a stroke.");
                if !is_kept {
                    self.replace(&remains.code, "DX15", "The code of the sequela says it.");
                }
            }
        }
        if self.has(&["I693"]) {
            self.replace(&stroke.code, "DX15", "The code of the sequela says it.");
        }
    }

    /// Harm done by a drug rightly taken: the harm, then the drug (Guidelines I.C.19.e.5.a).
    pub(super) fn adverse_effects(&mut self) {
        const HARM: &[&str] =
            &["adverse effect", "adverse reaction", "side effect", "side effects", "induced", "toxicity"];
        for harm in self.reported(&[""]) {
            let Some(sentence) = self.document.sentence_at(harm.position) else { continue };
            let lower = self.document.lower_of(sentence);
            if harm.is(&["T", "Z"]) || !HARM.iter().any(|word| word_position(lower, word).is_some()) {
                continue;
            }
            let named = table!("adverse.tsv").find_map(|row| {
                let (start, end) = cell(row, 0).split('|').find_map(|drug| word_position(lower, drug))?;
                Some((row, self.document.evidence(sentence.start + start, sentence.start + end)?))
            });
            let Some((row, words)) = named else { continue };
            let code = format!("{}A", cell(row, 1).replace('.', ""));
            let drug = crate::diagnose::Problem { evidence: vec![words], position: harm.position + 1, ..harm };
            self.add(code, &[&drug], "DX12", "The drug that did harm is told behind it.");
        }
    }
}
