//! Diagnoses of a note: mentions, what is said about them, their leaf, and the guidelines on top.

use std::{cmp::Reverse, collections::BTreeSet};

use claim::{
    AppliedRule, Band, DiagnosisCode, Evidence, Prompt, RejectedCandidate, Setting, Sex, SuggestedCode, Suggestion,
};
use codes::{Icd10cm, Library};

use crate::{
    Ranking, Visit, combine,
    context::{Assertion, Context},
    dictionary::{Dictionary, Origin, Side},
    document::Document,
    external, guideline, homonym,
    medication::{Drug, drugs},
    mention::{self, Mention},
    past, procedures,
    rule::applied,
    sections::SectionKind,
    skin,
    specify::{Leaf, Phase, Surroundings, phase},
    standing, tobacco,
};

/// How firmly a problem stands in the note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Mentioned outside of the assessment.
    Elsewhere,
    /// Mentioned while assessing, or in a note without headings.
    Prose,
    /// Listed as a problem that was assessed.
    Head,
}

/// A diagnosis in the making.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub code: String,
    pub evidence: Vec<Evidence>,
    pub standing: Standing,
    /// The leaf was chosen for want of words.
    pub is_default: bool,
    pub rules: Vec<AppliedRule>,
    pub neighbours: Vec<String>,
    /// Token of the note, for the order of reporting.
    pub position: usize,
    pub block: usize,
    pub prompt: Option<Prompt>,
}

/// Places of a note that one problem cites.
const EVIDENCE_MAX: usize = 12;

impl Problem {
    /// Adds words that support it too, each once.
    pub(crate) fn cite(&mut self, words: impl IntoIterator<Item = Evidence>) {
        for words in words {
            if self.evidence.len() < EVIDENCE_MAX
                && !self.evidence.iter().any(|e| e.start <= words.start && words.end <= e.end)
            {
                self.evidence.push(words);
            }
        }
    }

    pub(crate) fn is(&self, prefixes: &[&str]) -> bool {
        prefixes.iter().any(|prefix| self.code.starts_with(prefix))
    }
}

/// The diagnoses of a note in reporting order.
pub(crate) struct Diagnoses {
    pub problems: Vec<Problem>,
    pub rejected: Vec<RejectedCandidate>,
    pub prompts: Vec<Prompt>,
    pub drugs: Vec<Drug>,
}

/// Reads the diagnoses of a note.
pub(crate) fn diagnose(document: &Document<'_>, visit: &Visit, library: &Library) -> Diagnoses {
    let icd = library.icd10cm(visit.served_on);
    let (mut problems, mut rejected) = all(document, visit, library);
    standing::settle(document, visit.setting, &mut problems);
    let drugs = drugs(document);
    let mut prompts = Vec::new();
    let taken: Vec<Drug> = drugs.iter().filter(|drug| !drug.is_stopped).cloned().collect();
    combine::combine(document, visit, &icd, &taken, &mut problems, &mut rejected, &mut prompts);
    skin::place(document, &icd, &mut problems);
    tobacco::add(document, &icd, &mut problems);
    let causes = external::causes(document, &icd, &problems, phase(document, visit));
    problems.extend(causes);
    guideline::apply(document, visit, &icd, &mut problems, &mut rejected, &mut prompts);
    for problem in problems.iter_mut().filter(|p| p.standing > Standing::Elsewhere) {
        prompts.extend(problem.prompt.take());
    }
    let kept: BTreeSet<&str> =
        problems.iter().filter(|p| p.standing > Standing::Elsewhere).map(|p| p.code.as_str()).collect();
    rejected.retain(|r| !kept.contains(r.code.as_str()));
    Diagnoses { problems, rejected, prompts, drugs }
}

/// Every mention that the note affirms, and those it does not.
pub(crate) fn all(document: &Document<'_>, visit: &Visit, library: &Library) -> (Vec<Problem>, Vec<RejectedCandidate>) {
    let icd = library.icd10cm(visit.served_on);
    let dictionary = Dictionary::of(&icd, library);
    let mut reader = Reader {
        document,
        visit,
        icd: &icd,
        dictionary: &dictionary,
        phase: phase(document, visit),
        vaccines: procedures::vaccine_names(document),
        problems: Vec::new(),
        rejected: Vec::new(),
    };
    reader.read();
    (reader.problems, reader.rejected)
}

/// What is said about the words at bytes `start..end`.
pub(crate) fn assertion(document: &Document<'_>, dictionary: &Dictionary, start: usize, end: usize) -> Assertion {
    let first = document.tokens.partition_point(|token| token.end <= start);
    let last = document.tokens.partition_point(|token| token.start < end);
    let place = document.sentences.iter().position(|s| s.first <= first && first < s.last);
    let Some((at, sentence)) = place.and_then(|at| Some((at, document.sentences.get(at)?))) else {
        return Assertion::Affirmed;
    };
    let mentions = mention::find(document, dictionary, at, sentence);
    let names: Vec<(usize, usize)> = mentions.iter().map(|m| (m.first, m.last)).collect();
    Context::of(document, sentence).without_names(&names).assertion(first, last).0
}

struct Reader<'r, 'n> {
    document: &'r Document<'n>,
    visit: &'r Visit,
    icd: &'r Icd10cm<'r>,
    dictionary: &'r Dictionary,
    phase: Phase,
    /// Where vaccines given are named.
    vaccines: Vec<(usize, usize)>,
    problems: Vec<Problem>,
    rejected: Vec<RejectedCandidate>,
}

/// Notes with more mentions than this are read up to here.
const MENTIONS_MAX: usize = 4_000;

impl Reader<'_, '_> {
    fn read(&mut self) {
        let mut count = 0;
        for (at, sentence) in self.document.sentences.iter().enumerate() {
            if sentence.section == SectionKind::Medications {
                continue;
            }
            let mentions = mention::find(self.document, self.dictionary, at, sentence);
            if mentions.is_empty() {
                continue;
            }
            let names: Vec<(usize, usize)> = mentions.iter().map(|m| (m.first, m.last)).collect();
            let context = Context::of(self.document, sentence).without_names(&names);
            for mention in mentions {
                if homonym::is_other(self.document, &self.vaccines, &mention) {
                    continue;
                }
                count += 1;
                if count > MENTIONS_MAX {
                    return;
                }
                self.consider(&mention, &context);
            }
        }
    }

    fn consider(&mut self, mention: &Mention, context: &Context) {
        let surroundings = Surroundings {
            document: self.document,
            dictionary: self.dictionary,
            icd: self.icd,
            mention,
            phase: self.phase,
        };
        for leaf in surroundings.leaves() {
            if self.is_possible(&leaf.code) {
                self.judge(mention, context, &surroundings, leaf);
            }
        }
    }

    fn judge(&mut self, mention: &Mention, context: &Context, surroundings: &Surroundings<'_, '_>, leaf: Leaf) {
        let (mut assertion, cue) = context.assertion(mention.first, mention.last);
        if self.is_questioned(mention) {
            assertion = assertion.max(Assertion::Uncertain);
        }
        if assertion == Assertion::Affirmed && self.is_of_past_year(mention) {
            assertion = Assertion::Historical;
        }
        let is_as_if = assertion == Assertion::Uncertain
            && self.visit.setting == Setting::Inpatient
            && !must_be_confirmed(&leaf.code);
        if is_as_if {
            assertion = Assertion::Affirmed;
        }
        if assertion == Assertion::Historical && (lasts(&leaf.code) || leaf.code.starts_with('Z')) {
            assertion = Assertion::Affirmed;
        }
        // An injury that is still cared for is no past one (Guidelines I.C.19.a).
        if assertion == Assertion::Historical && self.phase == Phase::Healing && leaf.code.starts_with('S') {
            assertion = Assertion::Affirmed;
        }
        let is_status = leaf.code.starts_with('Z');
        if is_status && assertion == Assertion::Hypothetical && !self.in_instructions(mention) {
            assertion = Assertion::Affirmed;
        }
        let Some(own) = surroundings.mention_text() else { return };
        let cue = cue.and_then(|(first, last)| {
            let tokens = &self.document.tokens;
            self.document.evidence(tokens.get(first)?.start, tokens.get(last.checked_sub(1)?)?.end)
        });
        if assertion == Assertion::Affirmed {
            self.keep(mention, leaf, own);
            if let Some(problem) = self.problems.last_mut().filter(|_| is_as_if) {
                problem.evidence.extend(cue);
                problem.rules.push(applied("DX18", "Uncertain when the stay ended: coded as if it existed."));
            }
        } else if assertion == Assertion::Historical
            && let Some(code) = past::history(self.icd, &leaf.code)
        {
            let evidence = leaf.evidence.into_iter().chain(cue).collect();
            self.keep(mention, Leaf { code, evidence, is_default: true, prompt: None, ..leaf }, own);
        } else {
            self.reject(&leaf.code, assertion, std::iter::once(own).chain(cue).collect());
        }
    }

    fn in_instructions(&self, mention: &Mention) -> bool {
        self.document.sentences.get(mention.sentence).is_some_and(|s| s.section == SectionKind::Instructions)
    }

    /// "DVT 2016", "basal cell carcinoma of nose in 2019": what is told with an earlier year has been.
    fn is_of_past_year(&self, mention: &Mention) -> bool {
        const NEAR: usize = 2;
        const BEGINNING: &[&str] = &["since", "diagnosed", "dx", "onset", "started", "began", "known"];
        let after = self.document.tokens.get(mention.last..).unwrap_or_default();
        let end = self.document.sentences.get(mention.sentence).map_or(0, |sentence| sentence.last);
        let near = after.get(..NEAR.min(end.saturating_sub(mention.last)).min(after.len())).unwrap_or_default();
        let is_year = |stem: &str| {
            let year = stem.parse::<i16>().ok().filter(|year| stem.len() == 4 && *year > 1900);
            year.is_some_and(|year| year < self.visit.served_on.year())
        };
        near.iter().any(|token| is_year(&token.stem))
            && !near.iter().any(|token| BEGINNING.contains(&token.stem.as_str()))
    }

    /// `?pneumonia`
    fn is_questioned(&self, mention: &Mention) -> bool {
        let start = self.document.tokens.get(mention.first).map_or(0, |t| t.start);
        let before = self.document.text.get(..start).unwrap_or_default().trim_end();
        let last_word = before.rsplit([' ', '?']).next().unwrap_or_default();
        let before =
            if Side::of(&last_word.to_lowercase()).is_some() { before.trim_end_matches(last_word) } else { before };
        before.ends_with('?')
            && !before.ends_with("??")
            && before.trim_end_matches('?').chars().next_back().is_none_or(|c| !c.is_alphanumeric())
    }

    fn keep(&mut self, mention: &Mention, leaf: Leaf, own: Evidence) {
        let Some(sentence) = self.document.sentences.get(mention.sentence) else { return };
        let standing = match sentence.section {
            SectionKind::Plan if is_for_the_visit(&leaf.code) => Standing::Elsewhere,
            section if section.is_assessed() && sentence.is_head => Standing::Head,
            section if section.is_assessed() => Standing::Prose,
            _ => Standing::Elsewhere,
        };
        let mut rules = vec![applied("DX-TERM", format!("\u{201c}{}\u{201d} is a name of this condition.", own.text))];
        if !leaf.evidence.is_empty() {
            rules.push(applied("DX02", "The words beside it choose the most specific code."));
        }
        if leaf.has_episode {
            let phase = match self.phase {
                Phase::Active => "active treatment",
                Phase::Healing => "healing or recovery",
                Phase::Sequela => "sequela",
            };
            rules.push(applied("DX05", format!("The seventh character says {phase}.")));
        }
        let mut evidence = vec![own];
        evidence.extend(leaf.evidence);
        evidence.sort_by_key(|e| (e.start, e.end));
        evidence.dedup();
        let says_unspecified = self.icd.title(&leaf.code).is_some_and(|t| t.to_lowercase().contains("unspecified"));
        let weak = mention.origin == Origin::Inclusion && mention.words == 1 || says_unspecified;
        self.problems.push(Problem {
            code: leaf.code,
            evidence,
            standing,
            is_default: leaf.is_default || weak,
            rules,
            neighbours: leaf.neighbours,
            position: mention.first,
            block: sentence.block,
            prompt: leaf.prompt,
        });
    }

    fn reject(&mut self, code: &str, assertion: Assertion, evidence: Vec<Evidence>) {
        let (rule, reason) = match assertion {
            Assertion::Negated => ("DX-NEG", "The note says the patient does not have it."),
            Assertion::Uncertain => {
                ("DX17", "An uncertain diagnosis is not coded for outpatients; code what is certain.")
            }
            Assertion::Family => ("DX-FAM", "It is told of a relative."),
            Assertion::Historical => ("DX-HX", "It is told of the past."),
            _ => ("DX-HYP", "It is only warned of, screened for or prevented."),
        };
        self.rejected.push(rejection(self.icd, code, rule, reason, evidence));
    }

    /// Chapters that belong to a pregnancy, a newborn or one sex.
    fn is_possible(&self, code: &str) -> bool {
        let age = self.visit.age();
        match code.get(..1) {
            Some("P") => age.is_none_or(|age| age < 1) && self.visit.patient_born_on.is_some(),
            Some("O") => {
                self.visit.patient_sex != Sex::Male
                    && [
                        "pregnan",
                        "gestation",
                        "postpartum",
                        "delivery",
                        "cesarean",
                        "c-section",
                        "prenatal",
                        "perineal",
                        "breech",
                        "labor",
                        "gravid",
                    ]
                    .iter()
                    .any(|w| self.document.lower.contains(w))
            }
            _ => {
                let of_men =
                    ["N40", "N41", "N42", "N43", "N44", "N45", "N46", "N48", "N49", "N50", "N52", "C61", "Z125"];
                let of_women = ["N76", "N80", "N83", "N9", "C56", "Z0141", "Z124"];
                let named = |list: &[&str]| list.iter().any(|prefix| code.starts_with(prefix));
                match self.visit.patient_sex {
                    Sex::Female => !named(&of_men),
                    Sex::Male => !named(&of_women) || code.starts_with("N99"),
                    Sex::Unknown => true,
                }
            }
        }
    }
}

/// A dropped candidate.
pub(crate) fn rejection(
    icd: &Icd10cm<'_>,
    code: &str,
    rule: &str,
    reason: &str,
    evidence: Vec<Evidence>,
) -> RejectedCandidate {
    RejectedCandidate {
        code: code.to_owned(),
        title: icd.title(code).map(|t| t.into_owned()).unwrap_or_default(),
        reason: reason.to_owned(),
        rule: rule.to_owned(),
        evidence,
    }
}

/// Purposes of a visit; in a plan they are told of another one.
fn is_for_the_visit(code: &str) -> bool {
    ["Z01", "Z02", "Z45", "Z46", "Z48", "Z76"].iter().any(|prefix| code.starts_with(prefix))
}

/// Even for inpatients these are coded only when confirmed (Guidelines I.C.1.a, I.C.1.g, I.C.10.c).
fn must_be_confirmed(code: &str) -> bool {
    ["B20", "U071", "J09", "A925"].iter().any(|prefix| code.starts_with(prefix))
}

/// Conditions that stay: "history of" such a condition is the condition itself.
pub(crate) fn lasts(code: &str) -> bool {
    const LASTING: &[&str] = &[
        "B18", "B20", "D57", "E03", "E05", "E06", "E08", "E1", "E28", "E29", "E66", "E78", "F0", "F1", "F2", "F3",
        "F4", "F84", "F9", "G2", "G3", "G40", "G43", "G47", "G62", "G89", "H35", "H40", "I1", "I20", "I25", "I34",
        "I35", "I42", "I48", "I50", "I73", "I87", "J43", "J44", "J45", "J47", "J84", "K21", "K50", "K51", "K58", "K74",
        "K76", "K90", "L20", "L40", "M05", "M06", "M1", "M32", "M35", "M47", "M48", "M51", "M797", "M81", "N18", "N40",
        "N80", "R7303",
    ];
    LASTING.iter().any(|prefix| code.starts_with(prefix))
}

/// Diagnoses offered besides; more would bury the ones that matter.
const OFFERS_MAX: usize = 12;

impl Diagnoses {
    /// Codes that would be reported, in order.
    pub(crate) fn reported(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|p| p.standing > Standing::Elsewhere)
    }

    pub(crate) fn suggestions(&self, icd: &Icd10cm<'_>, ranking: &Ranking) -> Vec<Suggestion> {
        let offered = self.problems.iter().filter(|p| p.standing == Standing::Elsewhere).take(OFFERS_MAX);
        let mut offered: Vec<Suggestion> = offered.filter_map(|problem| suggestion(problem, icd, ranking)).collect();
        offered.sort_by_cached_key(|offer| Reverse(ranking.place(offer.code.code(), &offer.title, &offer.evidence)));
        self.reported().filter_map(|problem| suggestion(problem, icd, ranking)).chain(offered).collect()
    }
}

fn suggestion(problem: &Problem, icd: &Icd10cm<'_>, ranking: &Ranking) -> Option<Suggestion> {
    const ALTERNATIVES_MAX: usize = 4;
    let code = DiagnosisCode::new(&problem.code).ok()?;
    if problem.evidence.is_empty() {
        return None;
    }
    let is_symptom = problem.is(&["R", "M255", "M796", "M545", "M549", "Z"]);
    let (band, base) = match problem.standing {
        Standing::Head if !problem.is_default && !is_symptom => (Band::Accept, 920),
        Standing::Head => (Band::Suggest, 800),
        Standing::Prose => (Band::Suggest, 650),
        Standing::Elsewhere => (Band::Offer, 300),
    };
    let words = u16::try_from(problem.evidence.len().min(5)).unwrap_or(5) * 8;
    let titled = problem.neighbours.iter().filter_map(|other| Some((other.clone(), icd.title(other)?.into_owned())));
    let mut alternatives: Vec<(String, String)> = titled.collect();
    alternatives.sort_by_cached_key(|(other, title)| Reverse(ranking.place(other, title, &problem.evidence)));
    alternatives.truncate(ALTERNATIVES_MAX);
    Some(Suggestion {
        code: SuggestedCode::Diagnosis { code },
        title: icd.title(&problem.code)?.into_owned(),
        score: ranking.score(&problem.code, base + words),
        band: ranking.band(&problem.code, band),
        evidence: problem.evidence.clone(),
        rules: problem.rules.clone(),
        alternatives,
    })
}
