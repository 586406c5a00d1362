//! Damaged files, files of another kind, and other people's words.

use codes::{
    Library,
    import::{ImportError, Member, Options, read, unpack},
};

use crate::bytes;

fn text(path: &str) -> Option<String> {
    let members = unpack(path, &bytes(path)?).unwrap();
    Some(String::from_utf8_lossy(&members[0].bytes).into_owned())
}

fn refusal(name: &str, content: &str) -> String {
    let member = Member { name: name.to_owned(), bytes: content.as_bytes().to_vec() };
    let read = read(&[member], &Options::default(), &Library::shipped());
    read.map_or_else(|error| error.to_string(), |batch| format!("{name} was taken: {:?}", batch.packs))
}

/// A value in a file's line is replaced; the refusal must say the line, the column and the value.
#[test]
fn damage_is_refused_with_its_place() {
    let cases = [
        ("ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv", "0002M,1,", "0002M,one,", "column units"),
        ("ncci/aoc_2024q3.csv", "0070U,0071U,1", "0070U,0071U,A", "column kind"),
        (
            "excerpts_2026/ccipra-v322r0-f1.excerpt.txt",
            "20220101\t20231231\t1",
            "20221301\t20231231\t1",
            "column effective_from",
        ),
        ("excerpts_2026/ccipra-v322r0-f1.excerpt.txt", "0591T", "591T", "column column2"),
        ("excerpts_2026/PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv", "33.4009", "33.4009x", "column conversion_factor"),
        ("excerpts_2026/GPCI2026.csv", "10112,AL,00,ALABAMA,1.000", "10112,AL,00,ALABAMA,one", "column work"),
        ("pfs/ZIP5_JAN2026.csv.zst", "AK,99501,02102", "AK,99501,ALASKA", "column carrier"),
        ("clfs/PUF_CLFS_CY2026_Q2V1.redacted.csv.zst", "00720.00", "free", "column amount"),
        ("dmepos/DMEPOS26_JAN.csv.zst", "A4217,,,J,SU", "A421,,,J,SU", "column HCPCS"),
        ("excerpts_2026/ASP_PaymentLimit_Oct2026.excerpt.csv", "138.229", "much", "column limit"),
        (
            "hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst",
            "20020701,20020701",
            "2002-07,20020701",
            "column effective_from",
        ),
        ("opps/addendum_b_2025_01_full.csv.zst", "0001U,,A", "1U,,A", "column code"),
        ("hcc/ra_dx_to_cc_2026.csv.zst", "A0103,115", "AB,115", "column code"),
        ("ccsr/DXCCSR_v2023-1_mapping.csv.zst", "A000,", "?000,", "column code"),
        ("icd10cm_index/ICD10CM_2025_Index.csv.zst", "4,A,0,", "4,A,x,", "column Level"),
        ("pfs/ANES2024_JAN_A.csv", "\"00\",\"ALABAMA\"", "\"x\",\"ALABAMA\"", "column locality"),
        ("pfs/LOCCO2024_JAN_A.csv", "\"10112\"", "\"101123\"", "column carrier"),
        ("pfs/OPPSCAP2024_JUL_C.csv.zst", "148.37", "148.3x", "column facility"),
        ("excerpts_2026/ASP_NDC-HCPCS_Crosswalk_Oct2026.excerpt.csv", "J7331,", "J731,", "column code"),
        ("excerpts_2026/CMS-1849-CN_Table5_FY2027.excerpt.txt", "1.9563\t1.9563", "1.9563\tmany", "column weight"),
        ("codelists/carc_rarc_2024-06.csv", "1995-01-01", "1995-13-01", "column effective_from"),
        (
            "hcpcs/hcpcs_2024_anweb_fixedwidth_UPPERCASED.txt.zst",
            "2002070120020701",
            "2002ab0120020701",
            "column add date",
        ),
        ("icd10cm/icd10cm-eindex-April-1-2026.xml.zst", "</code>", "</cod>", "column markup"),
    ];
    for (path, good, bad, expected) in cases {
        let Some(whole) = text(path) else { continue };
        assert!(whole.contains(good), "{path} has {good}");
        let name = path.trim_end_matches(".zst");
        let refused = refusal(name, &whole.replacen(good, bad, 1));
        assert!(refused.contains(expected) && refused.contains(" line "), "{path}: {refused}");
        assert!(refused.contains("Nothing was imported"), "{refused}");
    }
}

#[test]
fn damaged_order_files_are_refused() {
    let line = |number: &str, code: &str, flag: &str| format!("{number} {code:<7} {flag} {:<60} Cholera", "Cholera");
    let good = format!("{}\r\n{}\r\n", line("00001", "A00", "0"), line("00002", "A000", "1"));
    let named = |text: &str| refusal("icd10cm-order-2027.txt", text);
    assert!(
        read(&unpack("icd10cm-order-2027.txt", good.as_bytes()).unwrap(), &Options::default(), &Library::shipped())
            .is_ok()
    );
    assert!(named(&good.replace("00002", "0000x")).contains("line 2, column 1 to 5"));
    assert!(named(&good.replace("A000    1", "A000    7")).contains("line 2, column 15"));
    assert!(named(&good.replace("A000    1", "A00     1")).contains("each code once"));
    let undated = refusal("order.txt", &good);
    assert!(undated.contains("--from"), "{undated}");
}

#[test]
fn mappings_and_exempt_lists_are_refused_when_damaged() {
    let mapping = "A000    0010  00000\r\nA001    0011  000\r\n";
    assert!(refusal("2018_I10gem.txt", mapping).contains("line 2, column flags"));
    let exempt = "Order26\tPOAexemptCode\tDescription\r\n01238\tB90.0\tSequelae\r\n01239\t.90\tSequelae\r\n";
    assert!(refusal("POAexemptCodesFY26.txt", exempt).contains("line 3, column code"));
    let addenda = "Add:         1 B8801   Demodex\r\nRemove:      1 B880    Mites\r\n";
    assert!(refusal("icd10cm-order-addenda-2026.txt", addenda).contains("line 2, column label"));
}

#[test]
fn a_file_of_another_kind_is_refused() {
    for (name, content) in [
        ("notes.txt", "Dear colleague,\nplease find attached\n"),
        ("claims.837", "ISA*00*          *00*          *ZZ*SENDER~"),
        ("table.csv", "name,colour\napple,red\n"),
        ("page.html", "<html><body>Licence agreement</body></html>"),
        ("empty.csv", ""),
    ] {
        let refused = refusal(name, content);
        assert!(refused.contains(name) && refused.contains("no official layout"), "{refused}");
    }
    // The name must tell practitioner from hospital.
    let pairs = "column1,column2,deletion_date,modifier_indicator,rationale_id\n11042,97597,,1,6\n";
    assert!(refusal("pairs_2026q3.csv", pairs).contains("ccipra"));
    // A header without rows is no table.
    let empty = "code,display,definition\n";
    assert!(read_with_day("CLM-REV-CNTR-CD.csv", empty).unwrap_err().to_string().contains("no row"));
}

fn read_with_day(name: &str, content: &str) -> Result<(), ImportError> {
    let member = Member { name: name.to_owned(), bytes: content.as_bytes().to_vec() };
    let options = Options { from: Some(jiff::civil::date(2026, 7, 1)), has_licence: false };
    read(&[member], &options, &Library::shipped()).map(|_| ())
}

/// A value that its column may hold, but that answers no question.
#[test]
fn a_fee_that_no_look_up_could_read_is_refused() {
    let Some(whole) = text("excerpts_2026/PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv") else { return };
    let refused = refusal("PPRRVU2026_Jul_nonQPP.csv", &whole.replacen(",9,,33.4009", ",9,base,33.4009", 1));
    assert!(refused.contains("column endoscopy_base") && refused.contains("\u{201c}base\u{201d}"), "{refused}");
}

#[test]
fn a_damaged_archive_is_refused() {
    let Some(mut whole) = bytes("icd10cm/fy2026_icd10cm-code-descriptions.zip") else { return };
    let middle = whole.len() / 2;
    whole[middle] ^= 0xFF;
    let error = unpack("codes.zip", &whole).unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
    assert!(unpack("codes.zip", &whole[..middle]).unwrap_err().to_string().contains("damaged"));
}

#[test]
fn texts_of_others_are_taken_with_a_licence_only() {
    let csv = "HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate\n\
        99213,WORDS OF ANOTHER OWNER,B,,,\nD0120,WORDS OF ANOTHER OWNER,B,,,\nJ1885,Ketorolac injection,N,,,\n";
    let taken = |has_licence| {
        let member = Member { name: "addendum_b_2026_07.csv".to_owned(), bytes: csv.into() };
        let options = Options { has_licence, ..Options::default() };
        read(&[member], &options, &Library::shipped()).unwrap().packs[0].text().unwrap()
    };
    assert!(!taken(false).contains("ANOTHER OWNER") && taken(false).contains("Ketorolac"));
    assert_eq!(taken(true).matches("ANOTHER OWNER").count(), 2);
}
