//! The rules that suggestions name, each with where it is written.

use claim::AppliedRule;

const GUIDELINES: &str = "ICD-10-CM Official Guidelines";
const CPT: &str = "CPT E/M guidelines";

/// Rules by id with their citation.
const RULES: &[(&str, &str, &str)] = &[
    ("DX02", GUIDELINES, "I.B.2"),
    ("DX03", "45 CFR 162.1002; Medicare Claims Processing Manual chapter 23", "§10"),
    ("DX04", GUIDELINES, "I.A.4-5"),
    ("DX05", GUIDELINES, "I.C.19.a"),
    ("DX06", GUIDELINES, "I.C.21.c.7"),
    ("DX07", GUIDELINES, "I.B.13"),
    ("DX09", GUIDELINES, "I.A.12.a"),
    ("DX11", GUIDELINES, "I.A.13, I.A.17"),
    ("DX12", GUIDELINES, "I.A.17"),
    ("DX13", GUIDELINES, "I.A.13"),
    ("DX14", GUIDELINES, "I.A.15"),
    ("DX15", GUIDELINES, "I.B.9"),
    ("DX16", GUIDELINES, "I.B.4-6"),
    ("DX17", GUIDELINES, "IV.H"),
    ("DX18", GUIDELINES, "II.H, III.C"),
    ("DX19", GUIDELINES, "IV.G"),
    ("DX20", GUIDELINES, "I.C.21.c.16"),
    ("DX21", GUIDELINES, "I.C.21, I.B.14"),
    ("DX22", GUIDELINES, "I.B.14"),
    ("DX23", GUIDELINES, "I.C.20"),
    ("DX26", GUIDELINES, "I.B.12"),
    ("DX27", GUIDELINES, "I.C.15.a"),
    ("DX31", GUIDELINES, "I.C.9.a"),
    ("DX32", GUIDELINES, "I.C.4.a"),
    ("DX35", GUIDELINES, "IV.P"),
    ("DX-PRIMARY", GUIDELINES, "I.C.2.d, I.C.2.m"),
    ("DX-PAIN", GUIDELINES, "I.C.6.b.1.b"),
    ("DX-PRINCIPAL", GUIDELINES, "II"),
    ("DX-SEPSIS", GUIDELINES, "I.C.1.d.4"),
    ("DX-SECONDARY", GUIDELINES, "III"),
    ("POA", GUIDELINES, "appendix I"),
    ("DX-NEG", GUIDELINES, "IV.J"),
    ("DX-HX", GUIDELINES, "IV.J"),
    ("DX-FAM", GUIDELINES, "I.C.21.c.4"),
    ("DX-HYP", GUIDELINES, "IV.J"),
    ("DX-TERM", "ICD-10-CM tabular list", "title or inclusion term"),
    ("EM-MDM", CPT, "medical decision making, two of three elements"),
    ("EM-TIME", CPT, "total time on the date of the encounter"),
    ("EM-PREV", "CPT preventive medicine services", "by age and new or established"),
    ("EM-PROLONGED", "CPT prolonged services; Medicare Claims Processing Manual chapter 12", "§30.6"),
    ("EM-TCM", "CPT transitional care management; Medicare Claims Processing Manual chapter 12", "§30.6.1"),
    ("EM-CONTINUING", "Medicare Claims Processing Manual chapter 12", "§30.6.20: continuing care"),
    ("EM-SHARED", "Medicare Claims Processing Manual chapter 12", "§30.6.18: split or shared visits"),
    ("EM-PSYCHIATRIC", "CPT psychiatry", "diagnostic evaluation, with or without medical services"),
    ("EM-NURSE", "CPT E/M guidelines", "a visit of the staff under supervision"),
    ("EM-ADMITTING", "Medicare Claims Processing Manual chapter 12", "§30.6.9.1: the admitting physician"),
    ("EM-REMOTE", "CPT appendices P and T; Medicare Claims Processing Manual chapter 12", "§190: telehealth"),
    ("EM-SEPARATE", "NCCI Policy Manual chapter I", "section D"),
    ("TX-8MIN", "Medicare Claims Processing Manual chapter 5", "§20.2"),
    ("TX-MIDPOINT", "CPT time rule", "a unit when the midpoint is passed"),
    ("TX-EVAL", "CPT therapy evaluations; Medicare Claims Processing Manual chapter 5", "§10.2"),
    ("TX-PLAN", "Medicare Claims Processing Manual chapter 5", "§10.2, §20.1"),
    ("TX-ASSISTANT", "42 CFR 410.60; Medicare Claims Processing Manual chapter 5", "§20.1"),
    ("PX-DONE", "Medicare Program Integrity Manual chapter 3", "§3.3.2: a service is billed when its doing is written"),
    ("PX-PLACE", "Medicare Claims Processing Manual chapter 12", "§20.4.2: what a facility gives and makes is its own"),
    ("MOD-Q", "Medicare Benefit Policy Manual chapter 15", "§290.G: class findings of foot care"),
    ("OP-SECOND", "Medicare Claims Processing Manual chapter 12", "§20.4.3, §40.8, §110: assistants and co-surgeons"),
    ("MOD-REPEAT", "NCCI Policy Manual", "chapter I, section E: 76 for the same service again by the same physician"),
    ("MOD-AT", "Medicare Claims Processing Manual chapter 12", "§220: active chiropractic treatment"),
    ("PX-BUNDLED", "NCCI Policy Manual", "chapter I, section A: steps of a service are part of it"),
    ("PX-EXTENT", "CPT", "add-on codes: levels, areas, stages and minutes beyond the first"),
    ("PX-LENGTH", "CPT integumentary repair guidelines", "lengths of one class and group of sites are added"),
    ("PX-TIME", "CPT time rule", "counselling is counted in the minutes written"),
    ("PX-UNITS", "HCPCS Level II", "units follow the dose of the code"),
    ("AN-TIME", "Medicare Claims Processing Manual chapter 12", "§50.G: anesthesia time"),
    ("AN-WHO", "Medicare Claims Processing Manual chapter 12", "§50.B-K: who gave and who directed it"),
    ("AN-CIRCUMSTANCE", "CPT anesthesia guidelines", "qualifying circumstances"),
    ("AM-LEVEL", "42 CFR 414.605", "levels of ambulance service"),
    ("AM-MILES", "Medicare Claims Processing Manual chapter 15", "§30.1.2: loaded miles"),
    ("EQ-HOW", "Medicare Claims Processing Manual chapter 20", "§30, §130: bought, rented, replaced"),
    ("EQ-COVERED", "Medicare Claims Processing Manual chapter 20", "KX: requirements of the policy are met"),
    ("MOD-SIDE", "Medicare Claims Processing Manual chapter 23", "§20.9.1: side modifiers"),
    ("MOD-26", "Medicare Claims Processing Manual chapter 13", "§20: professional component"),
    ("MOD-JW", "Medicare Claims Processing Manual chapter 17", "§40: discarded amounts"),
    ("MOD-25", "Medicare Claims Processing Manual chapter 12", "§30.6.6"),
    (
        "MOD-GLOBAL",
        "Medicare Claims Processing Manual chapter 12",
        "§40: global surgery, two surgeons, stopped services",
    ),
    ("MOD-59", "NCCI Policy Manual chapter I", "section E: another lesion, site or encounter"),
    ("MOD-50", "Medicare Claims Processing Manual chapter 12", "§40.7"),
    ("MOD-QW", "42 CFR 493.15", "waived tests"),
    ("MOD-SCREEN", "Medicare Claims Processing Manual chapter 18", "§60.1.1; 45 CFR 147.130"),
];

/// A rule as applied here, in our words.
pub(crate) fn applied(id: &str, text: impl Into<String>) -> AppliedRule {
    let citation = RULES
        .iter()
        .find(|rule| rule.0 == id)
        .map_or_else(String::new, |(_, document, at)| format!("{document}, {at}"));
    AppliedRule { id: id.to_owned(), text: text.into(), citation }
}
