//! The segments of one claim in the file it went out in, with the loop of each: other patients of the same
//! file are left out.

use crate::view::edi::EdiLine;

/// What segments say, in our few words.
const MEANINGS: [(&str, &str); 22] = [
    ("ISA", "Interchange"),
    ("GS", "Group"),
    ("ST", "Transaction set"),
    ("BHT", "Batch"),
    ("HL", "Level"),
    ("PRV", "Specialty"),
    ("SBR", "Insured and order of payers"),
    ("PAT", "Relation of the patient"),
    ("N3", "Street"),
    ("N4", "City, state, ZIP"),
    ("DMG", "Born, sex"),
    ("CLM", "Claim number, charge, place and frequency"),
    ("HI", "Diagnoses"),
    ("REF", "Reference"),
    ("LX", "Line"),
    ("SV1", "Service, charge, units, diagnoses"),
    ("DTP", "Date"),
    ("CAS", "Adjustments of the earlier payer"),
    ("SVD", "Line decided by the earlier payer"),
    ("AMT", "Amount"),
    ("SE", "End of the set"),
    ("IEA", "End of the interchange"),
];

/// The claim's lines; none when the text is no 837 with this claim.
pub(super) fn of_claim(file: &str, number: &str) -> Vec<EdiLine> {
    // ISA is as long as it is: its fourth, 105th and 106th characters are the separators of the file.
    let mut letters = file.chars();
    let (Some(element), Some(component), Some(end)) = (letters.nth(3), letters.nth(100), letters.next()) else {
        return Vec::new();
    };
    let all: Vec<&str> = file.split(end).map(str::trim).filter(|segment| !segment.is_empty()).collect();
    let part = |segment: &str, at: usize| segment.split(element).nth(at).unwrap_or_default().to_owned();
    let Some(own) = all.iter().position(|s| part(s, 0) == "CLM" && part(s, 1) == number) else { return Vec::new() };
    let is_level = |segment: &str, code: &str| part(segment, 0) == "HL" && part(segment, 3) == code;
    let before = all.get(..own).unwrap_or_default();
    let set = before.iter().rposition(|s| part(s, 0) == "ST").unwrap_or(0);
    let subscriber = before.iter().rposition(|s| is_level(s, "22")).unwrap_or(set);
    let first = all.iter().skip(set).position(|s| is_level(s, "22")).map_or(subscriber, |at| set + at);
    let claims = all.iter().skip(subscriber).position(|s| part(s, 0) == "CLM").map_or(own, |at| subscriber + at);
    let is_next = |segment: &str| ["CLM", "HL", "SE"].contains(&part(segment, 0).as_str());
    let after = all.iter().skip(own + 1).position(|s| is_next(s)).map_or(all.len(), |at| own + 1 + at);
    let trailer = all.iter().skip(after).position(|s| part(s, 0) == "SE").map_or(all.len(), |at| after + at);
    let kept = |at: usize| {
        let is_head = at < 2 || (set..first).contains(&at);
        let is_subscriber = (subscriber..claims).contains(&at);
        let is_trailer =
            at == trailer || ["GE", "IEA"].contains(&all.get(at).map_or("", |s| s.split(element).next().unwrap_or("")));
        is_head || is_subscriber || (own..after).contains(&at) || is_trailer
    };
    let mut place = String::new();
    let shown = (0..).zip(&all).filter(|(at, _)| kept(*at));
    shown
        .map(|(_, segment)| {
            let id = part(segment, 0);
            place = loop_after(&place, &id, &part(segment, 1), &part(segment, 3));
            let meaning = MEANINGS.iter().find(|(known, _)| *known == id).map(|(_, words)| (*words).to_owned());
            EdiLine { meaning: meaning.unwrap_or_default(), ..EdiLine::read(segment, [element, component], &place) }
        })
        .collect()
}

/// The loop a segment stands in, from the one before.
fn loop_after(before: &str, id: &str, first: &str, third: &str) -> String {
    let is_other_payer = matches!(before, "2320" | "2330A" | "2330B");
    let next = match (id, first, third) {
        ("ISA" | "GS" | "ST" | "BHT" | "SE" | "GE" | "IEA", ..) => "",
        ("HL", _, "20") => "2000A",
        ("HL", _, "22") => "2000B",
        ("HL", ..) => "2000C",
        ("CLM", ..) => "2300",
        ("LX", ..) => "2400",
        ("SVD", ..) => "2430",
        ("SBR", ..) if before != "2000B" => "2320",
        ("NM1", "41", _) => "1000A",
        ("NM1", "40", _) => "1000B",
        ("NM1", "85", _) => "2010AA",
        ("NM1", "87", _) => "2010AB",
        ("NM1", "IL", _) => {
            if is_other_payer {
                "2330A"
            } else {
                "2010BA"
            }
        }
        ("NM1", "PR", _) => {
            if is_other_payer {
                "2330B"
            } else {
                "2010BB"
            }
        }
        ("NM1", "QC", _) => "2010CA",
        ("NM1", "DN" | "P3", _) => "2310A",
        ("NM1", "82", _) => "2310B",
        ("NM1", "77", _) => "2310C",
        ("NM1", "DQ", _) => "2310D",
        _ => before,
    };
    next.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "ISA*00*          *00*          *ZZ*LARKSPUR1      *ZZ*HARBOR         *260302*0900*^*00501*000000118*0*T*:~";

    #[test]
    fn a_claim_is_shown_without_the_others_of_its_file() {
        let file = format!(
            "{HEAD}GS*HC*A*B~ST*837*0001~BHT*0019~NM1*41*2*LARKSPUR~NM1*40*2*HARBOR~HL*1**20*1~NM1*85*2*CEDAR~\
             HL*2*1*22*0~SBR*P~NM1*IL*1*REYES~CLM*CH1*100~LX*1~SV1*HC:99213*100~\
             HL*3*1*22*0~SBR*S~NM1*IL*1*OKAFOR~CLM*CH2*90~LX*1~SV1*HC:97110*90~CLM*CH3*80~SBR*P~NM1*IL*1*OKAFOR~LX*1~\
             SE*20*0001~GE*1*1~IEA*1*1~"
        );
        let lines = of_claim(&file, "CH3");
        let ids: Vec<String> = lines.iter().map(|line| format!("{}{}", line.loop_id, line.id)).collect();
        assert_eq!(
            ids.join(" "),
            "ISA GS ST BHT 1000ANM1 1000BNM1 2000AHL 2010AANM1 2000BHL 2000BSBR 2010BANM1 2300CLM 2320SBR 2330ANM1 2400LX SE GE IEA"
        );
        let text: String = lines.iter().flat_map(|line| &line.parts).map(|part| part.text.as_str()).collect();
        assert!(!text.contains("REYES") && !text.contains("CH2"));
        assert!(of_claim(&file, "CH9").is_empty());
        assert!(of_claim("", "CH1").is_empty());
    }
}
