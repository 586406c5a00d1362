//! Every table that can be imported: an excerpt in its official layout is taken, a damaged copy is refused with its
//! place, a file of another kind under its name is refused, and a second time changes nothing.

use std::collections::BTreeSet;

use codes::{
    Library,
    import::{Diff, ImportError, Member, Options, Pack, SYSTEMS, read},
};
use jiff::civil::date;

/// An excerpt: the table, a file name, the text; what is damaged, how, and what the refusal says of it.
type Kind = (&'static str, &'static str, &'static str, [&'static str; 3]);

const MUE: &str = "\"Codes of others\nare theirs.\",,,\n\"HCPCS/\nCPT Code\",Services MUE Values,MUE Adjudication Indicator,MUE Rationale\nE0114,2,3 Date of Service Edit: Clinical,Policy\n";
const PTP: &str = "Codes of others are theirs.\t\t\t\t\t\t\nColumn1/Column2 Edits\t\t\t\t\t\t\n\
    Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n\
    \t\tprior to 1996\tDate\tDate\t0=not allowed\t\n11042\tG9999\t\t20260701\t*\t1\tMore extensive procedure\n";
const LIST: &str = "code,display,definition\n0450,Emergency room,\n";
const INDEX: &str = "<?xml version=\"1.0\"?>\n<ICD10CM.index>\n<version>2026</version>\n<title>TITLE</title>\n<letter>\n<title>A</title>\n\
    <mainTerm><title>Abasia</title>\n<code>R26.89</code>\n</mainTerm>\n</letter>\n</ICD10CM.index>\n";
const TABLE_XML: &str = "<?xml version=\"1.0\"?>\n<ICD10CM.index>\n<version>2026</version>\n<indexHeading><head col=\"1\">X</head>\
    <head col=\"2\">HEAD</head></indexHeading>\n<letter>\n<mainTerm><title>abdomen</title>\n<cell col=\"2\">C76.2</cell>\n</mainTerm>\n</letter>\n</ICD10CM.index>\n";

const KINDS: &[Kind] = &[
    (
        "icd10cm",
        "icd10cm-order-2027.txt",
        "00001 A00     0 Cholera                                                      Cholera\n00002 A000    1 Cholera due to Vibrio cholerae 01                            Cholera due to Vibrio cholerae 01\n",
        ["00002", "0000x", "line 2, column 1 to 5"],
    ),
    ("index", "icd10cm-index-2026.xml", INDEX, ["</code>", "</cod>", "column markup"]),
    ("index-neoplasms", "icd10cm-neoplasm-2026.xml", TABLE_XML, ["</cell>", "</cel>", "column markup"]),
    ("index-drugs", "icd10cm-drug-2026.xml", TABLE_XML, ["</cell>", "</cel>", "column markup"]),
    ("index-external-causes", "icd10cm-eindex-2026.xml", INDEX, ["</code>", "</cod>", "column markup"]),
    (
        "icd10cm-addenda",
        "icd10cm-order-addenda-2026.txt",
        "Add:         1 B8801   Demodex\nDelete:      1 B880    Mites\n",
        ["Delete:", "Remove:", "line 2, column label"],
    ),
    (
        "guidelines",
        "guidelines-fy2026.txt",
        "ICD-10-CM Official Guidelines for Coding and Reporting\nFY 2026\nSection I. Conventions\nA. Conventions for the list\n1. The index and the list\nTwo parts.\n",
        ["A. Conv", "B. Conv", "no Section I with a part A"],
    ),
    (
        "poa-exempt",
        "POAexemptCodesFY26.txt",
        "Order26\tPOAexemptCode\tDescription\n01238\tB90.0\tSequelae\n01239\tB90.1\tSequelae\n",
        ["\tB90.1", "\t.90", "line 3, column code"],
    ),
    (
        "conversions",
        "icd10cm-conversion-table-2026.csv",
        "A note\nCurrent code assignment,Effective,Previous Code(s) Assignment\nB88.01,2025,B88.0\n",
        ["B88.01", "8.01", "line 3, column code"],
    ),
    (
        "hcpcs",
        "HCPC2026_OCT_ANWEB.csv",
        "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,TERM DT,ACTION CD\nE0114,00100,3,Crutches underarm,Crutches,19860101,19860101,,N\n",
        ["19860101,,N", "19860101,1986,N", "line 2, column effective_to"],
    ),
    ("ptp-practitioner", "ccipra-v322r0-f1.txt", PTP, ["20260701", "20261301", "column effective_from"]),
    ("ptp-hospital", "ccioph-v322r0-f1.txt", PTP, ["\t1\t", "\t7\t", "column indicator"]),
    (
        "mue-practitioner",
        "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv",
        MUE,
        ["E0114,2", "E0114,two", "column units"],
    ),
    (
        "mue-hospital",
        "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2026.csv",
        MUE,
        [",3 Date", ",4 Date", "column mai"],
    ),
    ("mue-dme", "MCR_MUE_DMESupplierServices_Eff_07-01-2026.csv", MUE, ["E0114", "E01", "column code"]),
    (
        "add-ons",
        "AOC_V2026Q3-MCR.csv",
        "A notice\nAOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,AOC_Edit_EffDT,AOC_Edit_DelDT,Special_Instruction_Notes\n1,G9998,,G9999,,2026182,,\n",
        ["2026182", "2026400", "column effective_from"],
    ),
    ("fees", "PPRRVU2026_Jul_nonQPP.csv", FEES, [",33.4009", ",33.4009x", "column conversion_factor"]),
    ("rates", "PPRRVU2026_Jul_QPP.csv", FEES, [",33.4009", ",much", "column conversion_factor"]),
    (
        "gpci",
        "GPCI2026.csv",
        "Indices,,,,,,\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2026 PW GPCI,2026 PE GPCI,2026 MP GPCI\n10112,AL,00,ALABAMA,1.000,0.875,0.566\n",
        ["0.875", "low", "line 3, column practice"],
    ),
    (
        "localities",
        "26LOCCO.csv",
        "Medicare Administrative Contractor,Locality Number,State,Fee Schedule Area,Counties\n10112,00,ALABAMA,STATEWIDE,ALL COUNTIES\n",
        ["10112", "101123", "line 2, column carrier"],
    ),
    (
        "anesthesia",
        "ANES2026.csv",
        "Contractor,Locality,Locality Name,2026 Anesthesia Conversion Factor\n10112,00,ALABAMA,19.77\n",
        ["19.77", "19.7x", "line 2, column conversion_factor"],
    ),
    (
        "opps-cap",
        "OPPSCAP_JUL2026.csv",
        "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON FACILITY PRICE\nG0288,TC,C,01112,18,124.94,124.94\n",
        ["124.94,", "12x.94,", "line 2, column facility"],
    ),
    (
        "zip-localities",
        "ZIP5_JUL2026.csv",
        "STATE,ZIP CODE,CARRIER,LOCALITY,RURAL IND,LAB CB LOCALITY,RURAL IND2,PLUS 4 FLAG,PART B DRUG IND,YEAR/QTR\nAK,99501,02102,01,,Z9,,0,A,20263\n",
        ["02102", "ALASKA", "line 2, column carrier"],
    ),
    (
        "laboratory",
        "PUF_CLFS_CY2026_Q3V1.csv",
        "A banner\nYEAR,HCPCS,MOD,EFF_DATE,INDICATOR,RATE,SHORTDESC,LONGDESC,EXTENDEDLONGDESC\n2026,G0103,,20260101,N,00019.33,,,\n",
        ["00019.33", "free", "line 3, column amount"],
    ),
    ("equipment", "DMEPOS26_JUL.csv", "", ["A4221", "A421", "column HCPCS"]),
    (
        "drugs",
        "ASP_PaymentLimit_Jul2026.csv",
        "Limits\nHCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Notes\nJ1885,Ketorolac,15 MG,0.512,20.000,,\n",
        ["0.512", "much", "line 3, column limit"],
    ),
    (
        "drug-packages",
        "ASP_NDC-HCPCS_Crosswalk_Jul2026.csv",
        "Crosswalk\n_2026_CODE,Short Description,LABELER NAME,NDC,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG\nJ9035,Injection,A maker,50242-0060-01,A drug,10 MG,4,1,10,10\n",
        ["J9035", "J935", "line 3, column code"],
    ),
    (
        "articles",
        "article.csv",
        "article_id,article_version,title,article_eff_date,article_end_date,status,date_retired,display_id\n52369,17,Knee,,,A,,A52369\n",
        [",17,", ",v17,", "line 2, column version"],
    ),
    (
        "article-services",
        "article_x_hcpc_code.csv",
        "article_id,article_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range\n52369,17,G0289,,1,N\n",
        ["G0289", "G289", "line 2, column code"],
    ),
    (
        "article-covered",
        "article_x_icd10_covered.csv",
        "article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range,asterisk\n52369,17,M23.200,,1,N,N\n",
        ["M23.200", "23", "line 2, column code"],
    ),
    (
        "article-noncovered",
        "article_x_icd10_noncovered.csv",
        "article_id,article_version,icd10_code_id,icd10_code_version,icd10_noncovered_group,range,asterisk\n52369,17,M17.11,,1,N,\n",
        [",1,N", ",one,N", "line 2, column group"],
    ),
    (
        "reasons",
        "carc_rarc_2026-07.csv",
        "adj_code,adj_type,adj_description,adj_start_date,adj_end_date\nCO,Group,Words of others,,\n45,CARC,Words of others,1995-01-01,\n",
        ["1995-01-01", "1995-13-01", "line 3, column effective_from"],
    ),
    ("adjustment-reasons", "ANSI-RSN-CD.csv", LIST, ["0450,", "04 50,", "line 2, column code"]),
    ("claim-statuses", "CLM-AUDT-TRL-STUS-CD.csv", LIST, ["0450,", "04-50,", "line 2, column code"]),
    ("places", "CLM-POS-CD.csv", LIST, ["0450,", "0450 Emergency room,", "line 2, column code"]),
    (
        "taxonomy",
        "nucc_taxonomy_261.csv",
        "Code,Grouping,Classification,Specialization,Definition\n207Q00000X,Physicians,Family,,\n",
        ["207Q00000X", "207Q 00000X", "line 2, column code"],
    ),
    ("revenue-codes", "CLM-REV-CNTR-CD.csv", LIST, ["0450,", "0450?,", "line 2, column code"]),
    ("bill-types", "CLM-BILL-FREQ-CD.csv", LIST, ["0450,", "01 31,", "line 2, column code"]),
    ("patient-statuses", "BENE-PTNT-STUS-CD.csv", LIST, ["0450,", "#,", "line 2, column code"]),
    ("admission-sources", "CLM-ADMSN-SRC-CD.csv", LIST, ["0450,", "a clinic,", "line 2, column code"]),
    ("admission-types", "CLM-ADMSN-TYPE-CD.csv", LIST, ["0450,", "1/2,", "line 2, column code"]),
    ("condition-codes", "CLM-RLT-COND-CD.csv", LIST, ["0450,", "(45),", "line 2, column code"]),
    (
        "hcc",
        "ra_dx_to_cc_2027.csv",
        "diagnosis_code,cc,model_name\nE1142,37,CMS-HCC Model V28\n",
        ["E1142", "1142", "line 2, column code"],
    ),
    (
        "hcc-labels",
        "ra_labels_2026.csv",
        "cc,label,model_domain,model_version\nHCC37,Diabetes with Chronic Complications,CMS-HCC,V28\n",
        ["HCC37,", "HCC 37,", "line 2, column category"],
    ),
    (
        "ccsr",
        "DXCCSR-v2026-1.csv",
        "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP','Default CCSR CATEGORY OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION'\n'A000','Cholera','DIG001','DIG001','DIG001','Infection'\n",
        ["'A000'", "'?000'", "line 2, column ICD-10-CM CODE"],
    ),
    (
        "icd10pcs",
        "icd10pcs_codes_2027.txt",
        "0DTJ0ZZ Resection of Appendix, Open Approach\n0DTJ4ZZ Resection of Appendix, Percutaneous Endoscopic Approach\n",
        ["0DTJ4ZZ", "0DTJOZZ", "line 2, column 1 to 7"],
    ),
    ("icd10pcs-tables", "icd10pcs_tables_2027.xml", PCS_TABLE, ["codes=\"1\"", "codes=\"2\"", "column markup"]),
    (
        "icd10pcs-index",
        "icd10pcs_index_2027.xml",
        "<?xml version=\"1.0\"?>\n<ICD10PCS.index>\n<version>2027</version>\n<letter>\n<mainTerm>\n<title>Appendectomy</title>\n<see>Resection, Appendix<codes>0DTJ</codes></see></mainTerm></letter>\n</ICD10PCS.index>\n",
        ["0DTJ", "0DT-J", "column markup"],
    ),
    (
        "icd10pcs-definitions",
        "icd10pcs_definitions_2027.xml",
        "<?xml version=\"1.0\"?>\n<ICD10PCS.definitions>\n<version>2027</version>\n<section code=\"0\">\n<axis pos=\"3\">\n<terms>\n<title>Resection</title>\n<definition>Cutting out all of a body part</definition></terms></axis></section>\n</ICD10PCS.definitions>\n",
        ["<title>Resection</title>", "", "column markup"],
    ),
    (
        "icd10pcs-addenda",
        "icd10pcs_order_addenda_2027.txt",
        "Add:         0DTJ0ZZ Resection of Appendix, Open Approach\nDelete:      0DTJ7ZZ Resection of Appendix, Opening Approach\n",
        ["Delete:", "Gone:", "line 2, column label"],
    ),
    (
        "opps",
        "addendum_b_2026_07.csv",
        "A banner\nHCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment,Note\nJ1885,Ketorolac,N,,,,,,\n",
        ["J1885", "1885", "line 3, column code"],
    ),
    (
        "drg-weights",
        "CMS-1833-F_Table5_FY2026.txt",
        "\"TABLE 5\nTWO LINES\"\t\t\t\t\t\t\t\t\t\nMS-DRG\tFY 2026 Final Post-Acute DRG\tFY 2026 Final Special Pay DRG\tMDC\tTYPE\tMS-DRG Title\tWeights - Before Cap\tWeights - 10% Cap Applied\tGeometric mean LOS\tArithmetic mean LOS\n291\tYes\tNo\t05\tMED\tHEART FAILURE AND SHOCK WITH MCC\t1.2838\t1.2838\t3.8\t5.0\n",
        ["1.2838\t3.8", "many\t3.8", "column weight"],
    ),
    (
        "mce",
        "Definitions of Medicare Code Edits_v_43.1.txt",
        "Definitions of Medicare Code Edits\n4. Age conflict\nA. Perinatal/Newborn diagnoses\nA33\tTetanus neonatorum\n",
        ["A33\t", "A3?\t", "line 4, column code"],
    ),
    (
        "gem-10-to-9",
        "2018_I10gem.txt",
        "A000    0010  00000\nA001    0011  00000\n",
        ["0011  00000", "0011  000", "line 2, column flags"],
    ),
    (
        "gem-9-to-10",
        "2018_I9gem.txt",
        "0010    A000    00000\n0011    A001    00000\n",
        ["A001    00000", "A001    0x000", "line 2, column flags"],
    ),
];

const FEES: &str = ",,A schedule,,,,,,,,,,,,,,,,,,,,\n,,,STATUS,WORK,NON-FAC,FACILITY,MP,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,ENDO,CONV\n\
    HCPCS,MOD,DESCRIPTION,CODE,RVU,PE RVU,PE RVU,RVU,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR\n\
    G0101,,Words,A,0.45,0.60,0.18,0.05,0,XXX,0.00,0.00,0.00,0,0,0,0,0,,33.4009\n";
const PCS_TABLE: &str = "<?xml version=\"1.0\"?>\n<ICD10PCS.tabular>\n<version>2027</version>\n<pcsTable>\n\
    <axis pos=\"1\"><title>Section</title><label code=\"0\">Medical and Surgical</label></axis>\n\
    <axis pos=\"2\"><title>Body System</title><label code=\"D\">Gastrointestinal System</label></axis>\n\
    <axis pos=\"3\"><title>Operation</title><label code=\"T\">Resection</label></axis>\n<pcsRow codes=\"1\">\n\
    <axis pos=\"4\"><title>Body Part</title><label code=\"J\">Appendix</label></axis>\n\
    <axis pos=\"5\"><title>Approach</title><label code=\"0\">Open</label></axis>\n\
    <axis pos=\"6\"><title>Device</title><label code=\"Z\">No Device</label></axis>\n\
    <axis pos=\"7\"><title>Qualifier</title><label code=\"Z\">No Qualifier</label></axis></pcsRow></pcsTable>\n</ICD10PCS.tabular>\n";

/// A column for each state and its rural parts, as the schedule has them.
fn equipment() -> String {
    let states = [
        "AL", "AR", "AZ", "CA", "CO", "CT", "DE", "FL", "GA", "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD",
        "ME", "MI", "MN",
    ];
    let heads: String = states.iter().map(|state| format!(",{state} (NR),{state} (R)")).collect();
    let prices = ",25.87,29.07".repeat(states.len());
    format!("A banner\nHCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor{heads},Description\nA4221,,,D,SU,0,0{prices},Supplies\n")
}

fn text(kind: &Kind) -> String {
    match kind.0 {
        "equipment" => equipment(),
        "index-external-causes" => kind.2.replace("TITLE", "EXTERNAL CAUSE of INJURIES INDEX"),
        "index-neoplasms" => kind.2.replace("HEAD", "Malignant Primary"),
        "index-drugs" => kind.2.replace("HEAD", "Poisoning Accidental (unintentional)"),
        _ => kind.2.to_owned(),
    }
}

fn take(name: &str, text: &str) -> Result<Vec<Pack>, ImportError> {
    let member = Member { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    let options = Options { from: Some(date(2026, 7, 1)), has_licence: false };
    read(&[member], &options, &Library::shipped()).map(|batch| batch.packs)
}

#[test]
fn every_table_has_an_excerpt() {
    let known: BTreeSet<&str> = SYSTEMS.iter().map(|system| system.name).collect();
    let told: BTreeSet<&str> = KINDS.iter().map(|kind| kind.0).collect();
    assert_eq!(told, known);
    assert_eq!(told.len(), KINDS.len());
}

#[test]
fn an_excerpt_is_taken_and_a_second_time_changes_nothing() {
    for kind in KINDS {
        let of = |packs: Vec<Pack>| packs.into_iter().find(|pack| pack.system == kind.0);
        let first = of(take(kind.1, &text(kind)).unwrap_or_else(|error| panic!("{}: {error}", kind.0)));
        let first = first.unwrap_or_else(|| panic!("{} gives no table of its own", kind.0));
        assert!(first.rows > 0, "{}", kind.0);
        let again = of(take(kind.1, &text(kind)).unwrap()).unwrap();
        assert_eq!(first, again, "{}", kind.0);
        assert!(Diff::between(&first, &again).unwrap().is_empty(), "{}", kind.0);
    }
}

#[test]
fn a_damaged_copy_is_refused_with_its_place() {
    for kind in KINDS {
        let [good, bad, place] = kind.3;
        let whole = text(kind);
        assert!(whole.contains(good), "{}: {good}", kind.0);
        let refused = take(kind.1, &whole.replacen(good, bad, 1)).map(|packs| packs.len());
        let refused = refused.err().unwrap_or_else(|| panic!("{}: the damaged copy was taken", kind.0)).to_string();
        assert!(refused.contains(place) && refused.contains(kind.1), "{}: {refused}", kind.0);
        assert!(refused.contains("Nothing was imported"), "{refused}");
    }
}

#[test]
fn a_file_of_another_kind_is_refused_under_every_name() {
    for kind in KINDS {
        for other in [
            "A note of a visit.\nThe patient is well.\n",
            "name,colour\napple,red\n",
            "<html>A licence page</html>",
            "",
        ] {
            let refused = take(kind.1, other).map(|packs| packs.len());
            let refused = refused.err().unwrap_or_else(|| panic!("{}: {other:?} was taken", kind.0)).to_string();
            assert!(refused.contains("no official layout") && refused.contains(kind.1), "{}: {refused}", kind.0);
        }
    }
}
