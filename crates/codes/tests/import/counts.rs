//! Row counts against those published.

use codes::import::{Options, Pack};
use jiff::civil::date;

use crate::batch;

/// File, table, rows, first day.
const FILES: &[(&str, &str, usize, &str)] = &[
    ("icd10pcs/cms_fy2026_pr.zip", "icd10pcs", 80_029, "2025-10-01"),
    ("icd10cm/fy2026_icd10cm-code-descriptions.zip", "icd10cm", 98_186, "2025-10-01"),
    ("icd10cm/fy2025_icd10cm-code-descriptions.zip", "icd10cm", 97_584, "2024-10-01"),
    ("icd10cm/fy2024apr_icd10cm-code-descriptions.zip", "icd10cm", 97_296, "2024-04-01"),
    ("icd10cm/cms_fy2026_dx.zip", "icd10cm", 98_186, "2025-10-01"),
    ("icd10cm/icd10cm-eindex-April-1-2026.xml.zst", "index-external-causes", 0, "2026-04-01"),
    ("icd10cm/icd10cm-neoplasm-April-1-2026.xml.zst", "index-neoplasms", 0, "2026-04-01"),
    ("icd10cm/icd10cm-drug-April-1-2026.xml.zst", "index-drugs", 0, "2026-04-01"),
    ("icd10cm_index/ICD10CM_2025_Index.csv.zst", "index", 0, "2024-10-01"),
    ("icd10cm/fy2026_POAexemptCodes.zip", "poa-exempt", 38_349, "2025-10-01"),
    ("icd10cm/fy2026_icd10cm-conversion-table.xlsx", "conversions", 5_892, "2025-10-01"),
    ("icd10cm/gem_2018_Dxgem.zip", "gem-10-to-9", 81_593, "2017-10-01"),
    ("hcpcs/hcpcs_2025_oct_codes_modifiers.csv.zst", "hcpcs", 8_846, "2025-10-01"),
    ("hcpcs/2020-Alpha-Numeric-HCPCS-File.zip", "hcpcs", 0, "2020-01-01"),
    ("hcpcs/hcpcs_2024_anweb_fixedwidth_UPPERCASED.txt.zst", "hcpcs", 0, "2024-01-01"),
    ("excerpts_2026/HCPC2026_OCT_ANWEB.excerpt.csv", "hcpcs", 0, "2026-10-01"),
    ("ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.rebuilt.csv", "mue-practitioner", 14_677, "2024-07-01"),
    ("ncci/MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.rebuilt.csv", "mue-hospital", 14_628, "2024-07-01"),
    ("ncci/MCR_MUE_DMESupplierServices_Eff_07-01-2024.rebuilt.csv", "mue-dme", 2_928, "2024-07-01"),
    ("excerpts_2026/MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt.csv", "mue-practitioner", 0, "2026-07-01"),
    ("ncci/aoc_2024q3.csv", "add-ons", 7_465, "2024-07-01"),
    ("excerpts_2026/ccipra-v322r0-f1.excerpt.txt", "ptp-practitioner", 0, "2026-07-01"),
    ("pfs/PPRRVU2024_JUL_C.csv.zst", "fees", 18_664, "2024-07-01"),
    ("excerpts_2026/PPRRVU2026_Jul_nonQPP.excerpt.redacted.csv", "fees", 0, "2026-07-01"),
    ("pfs/GPCI2024_JAN_A.csv", "gpci", 0, "2024-01-01"),
    ("excerpts_2026/GPCI2026.csv", "gpci", 0, "2026-01-01"),
    ("pfs/LOCCO2024_JAN_A.csv", "localities", 0, "2024-01-01"),
    ("pfs/ANES2024_JAN_A.csv", "anesthesia", 0, "2024-01-01"),
    ("pfs/OPPSCAP2024_JUL_C.csv.zst", "opps-cap", 0, "2024-07-01"),
    ("pfs/ZIP5_JAN2026.csv.zst", "zip-localities", 42_956, "2026-01-01"),
    ("clfs/PUF_CLFS_CY2026_Q2V1.redacted.csv.zst", "laboratory", 2_179, "2026-04-01"),
    ("dmepos/DMEPOS26_JAN.csv.zst", "equipment", 0, "2026-01-01"),
    ("excerpts_2026/ASP_PaymentLimit_Oct2026.excerpt.csv", "drugs", 0, "2026-10-01"),
    ("excerpts_2026/ASP_NDC-HCPCS_Crosswalk_Oct2026.excerpt.csv", "drug-packages", 0, "2026-10-01"),
    ("opps/addendum_b_2025_01_full.csv.zst", "opps", 18_562, "2025-01-01"),
    ("msdrg/msdrg_fy2026_table5_weights.csv", "drg-weights", 772, "2025-10-01"),
    ("excerpts_2026/CMS-1849-CN_Table5_FY2027.excerpt.txt", "drg-weights", 0, "2026-10-01"),
    ("hcc/ra_dx_to_cc_2026.csv.zst", "hcc", 55_297, "2025-01-01"),
    ("hcc/ra_labels_2026.csv.zst", "hcc-labels", 783, "2025-01-01"),
    ("ccsr/DXCCSR_v2023-1_mapping.csv.zst", "ccsr", 86_288, "2023-01-01"),
    ("codelists/carc_rarc_2024-06.csv", "reasons", 1_581, "2024-06-01"),
];

#[test]
fn every_official_file_gives_its_rows() {
    let mut wrong = Vec::new();
    for (path, system, rows, from) in FILES {
        let Some(read) = batch(path, &Options::default()) else { continue };
        let packs = match read {
            Ok(batch) => batch.packs,
            Err(error) => {
                wrong.push(error.to_string());
                continue;
            }
        };
        let Some(pack) = packs.iter().find(|pack| pack.system == *system) else {
            wrong.push(format!("{path}: {:?}", packs.iter().map(|p| &p.system).collect::<Vec<_>>()));
            continue;
        };
        eprintln!("{path}: {} {} {}", pack.system, pack.edition, pack.rows);
        if pack.rows == 0 || (*rows > 0 && pack.rows != *rows) || pack.edition.to_string() != *from {
            wrong.push(format!("{path}: {} rows from {}", pack.rows, pack.edition));
        }
        assert_eq!(Pack::from_bytes(&pack.to_bytes()).unwrap(), *pack, "{path}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lists_without_a_date_take_the_one_they_are_given() {
    let options = Options { from: Some(date(2026, 7, 1)), ..Options::default() };
    for (path, system, rows) in [
        ("codelists/cms_idr/CLM-REV-CNTR-CD.csv", "revenue-codes", 0),
        ("codelists/cms_idr/CLM-BILL-FREQ-CD.csv", "bill-types", 1_939),
        ("codelists/cms_idr/ANSI-RSN-CD.csv", "adjustment-reasons", 407),
        ("codelists/cms_idr/CLM-AUDT-TRL-STUS-CD.csv", "claim-statuses", 0),
        ("mce/mce_v41_1_code_edits.csv.zst", "mce", 7_946),
        ("coverage/mcd_layout_sample/article.csv", "articles", 2),
        ("coverage/mcd_layout_sample/article_x_hcpc_code.csv", "article-services", 3),
        ("coverage/mcd_layout_sample/article_x_icd10_covered.csv", "article-covered", 3),
        ("coverage/mcd_layout_sample/article_x_icd10_noncovered.csv", "article-noncovered", 1),
    ] {
        let Some(batch) = batch(path, &options) else { continue };
        let packs = batch.unwrap_or_else(|error| panic!("{error}")).packs;
        eprintln!("{path}: {} {}", packs[0].system, packs[0].rows);
        assert_eq!(packs[0].system, system, "{path}");
        assert!(packs[0].rows > 0 && (rows == 0 || packs[0].rows == rows), "{path}: {}", packs[0].rows);
    }
    let Some(refused) = batch("codelists/cms_idr/CLM-REV-CNTR-CD.csv", &Options::default()) else { return };
    assert!(refused.unwrap_err().to_string().contains("--from"));
}
