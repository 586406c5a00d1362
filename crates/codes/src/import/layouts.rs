//! The layouts of official files, as data.

use super::{
    edition::YearKind,
    layout::{End, Layout, PLAIN, may, need},
    shape::Shape,
};

/// NCCI pairs; read by a reader of its own because of their number.
pub(super) const PTP: Layout = Layout {
    systems: &[
        ("ccipra", "ptp-practitioner"),
        ("ccioph", "ptp-hospital"),
        ("practitioner", "ptp-practitioner"),
        ("hospital", "ptp-hospital"),
    ],
    columns: &[
        need("column1", &["column1"], Shape::Service),
        need("column2", &["column2"], Shape::Service),
        may("effective_from", &["effective*"], Shape::Date),
        need("effective_to", &["deletion*"], Shape::Date),
        need("indicator", &["modifier*"], Shape::Digit),
        need("rationale", &["ptpeditrationale", "rationaleid"], Shape::Text),
    ],
    ..PLAIN
};

pub(super) const LAYOUTS: &[Layout] = &[
    Layout {
        systems: &[
            ("practitioner", "mue-practitioner"),
            ("outpatienthospital", "mue-hospital"),
            ("dmesupplier", "mue-dme"),
        ],
        columns: &[
            need("code", &["hcpcscptcode"], Shape::Service),
            need("units", &["*muevalues"], Shape::Whole),
            need("mai", &["mueadjudicationindicator"], Shape::Mai),
            may("rationale", &["muerationale"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "add-ons")],
        columns: &[
            need("code", &["addoncode"], Shape::Service),
            need("primary", &["primarycode"], Shape::ServiceOrContractor),
            need("kind", &["aocedittype"], Shape::Digit),
            may("effective_from", &["aocediteffdt"], Shape::Date),
            may("effective_to", &["aoceditdeldt"], Shape::Date),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "fees")],
        columns: &[
            need("code", &["*hcpcs"], Shape::Service),
            need("modifier", &["*mod"], Shape::Modifier),
            need("status", &["*statuscode"], Shape::Letter),
            need("work", &["*workrvu"], Shape::Hundredths),
            need("pe_nonfacility", &["*nonfacpervu"], Shape::Hundredths),
            need("pe_facility", &["facilitypervu"], Shape::Hundredths),
            need("malpractice", &["mprvu"], Shape::Hundredths),
            need("pc_tc", &["pctcind"], Shape::Digit),
            need("global", &["globdays"], Shape::Code),
            need("before", &["preop"], Shape::Hundredths),
            need("during", &["intraop"], Shape::Hundredths),
            need("after", &["postop"], Shape::Hundredths),
            need("multiple", &["multproc"], Shape::Digit),
            need("bilateral", &["bilatsurg"], Shape::Digit),
            need("assistant", &["asstsurg"], Shape::Digit),
            need("co_surgeon", &["cosurg"], Shape::Digit),
            need("team", &["teamsurg"], Shape::Digit),
            may("endoscopy_base", &["endobase"], Shape::Text),
            need("conversion_factor", &["convfactor"], Shape::Decimal),
            may("supervision", &["physiciansupervisionofdiagnosticprocedures"], Shape::Text),
        ],
        is_stacked: true,
        end: End::Year,
        ..PLAIN
    },
    Layout {
        systems: &[("", "gpci")],
        columns: &[
            need("carrier", &["mac", "medicareadministrativecontractor"], Shape::Padded(5)),
            need("locality", &["localitynumber"], Shape::Padded(2)),
            need("state", &["state"], Shape::Text),
            need("name", &["localityname"], Shape::Text),
            need("work", &["pwgpci", "gpciwork"], Shape::Decimal),
            need("practice", &["pegpci", "gpcipe"], Shape::Decimal),
            need("malpractice", &["mpgpci", "gpcimp"], Shape::Decimal),
        ],
        end: End::Year,
        ..PLAIN
    },
    Layout {
        systems: &[("", "localities")],
        columns: &[
            need("carrier", &["mac", "medicareadministrativecontractor"], Shape::Padded(5)),
            need("locality", &["localitynumber"], Shape::Padded(2)),
            need("state", &["state"], Shape::Text),
            need("area", &["feeschedulearea"], Shape::Text),
            need("counties", &["counties"], Shape::Text),
        ],
        end: End::Year,
        fill: Some("state"),
        ..PLAIN
    },
    Layout {
        systems: &[("", "anesthesia")],
        columns: &[
            need("carrier", &["contractor"], Shape::Padded(5)),
            need("locality", &["locality"], Shape::Padded(2)),
            need("name", &["localityname"], Shape::Text),
            need("conversion_factor", &["*convfactor", "*conversionfactor"], Shape::Decimal),
        ],
        end: End::Year,
        ..PLAIN
    },
    Layout {
        systems: &[("", "opps-cap")],
        columns: &[
            need("code", &["hcpcs"], Shape::Service),
            need("modifier", &["mod"], Shape::Modifier),
            need("carrier", &["carrier"], Shape::Padded(5)),
            need("locality", &["locality"], Shape::Padded(2)),
            need("status", &["procstat"], Shape::Letter),
            need("facility", &["facilityprice"], Shape::Money),
            need("nonfacility", &["nonfacilityprice"], Shape::Money),
        ],
        end: End::Year,
        ..PLAIN
    },
    Layout {
        systems: &[("", "zip-localities")],
        columns: &[
            need("zip", &["zipcode"], Shape::Padded(5)),
            need("state", &["state"], Shape::Text),
            need("carrier", &["carrier"], Shape::Padded(5)),
            need("locality", &["locality"], Shape::Padded(2)),
            need("rural", &["ruralind"], Shape::Text),
            need("needs_zip9", &["plus4flag"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "laboratory")],
        columns: &[
            need("code", &["hcpcs"], Shape::Service),
            need("modifier", &["mod"], Shape::Modifier),
            need("effective_from", &["effdate"], Shape::Date),
            need("kind", &["indicator"], Shape::Letter),
            need("amount", &["rate"], Shape::Money),
            may("text", &["shortdesc"], Shape::Descriptor),
        ],
        end: End::Year,
        ..PLAIN
    },
    Layout {
        systems: &[("", "drugs")],
        columns: &[
            need("code", &["hcpcscode"], Shape::Service),
            need("dose", &["hcpcscodedosage"], Shape::Text),
            need("limit", &["paymentlimit"], Shape::Decimal),
            need("coinsurance", &["coinsurancepercentage"], Shape::Decimal),
            may("text", &["shortdescription"], Shape::Descriptor),
            may("notes", &["notes"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "drug-packages")],
        columns: &[
            need("ndc", &["ndc"], Shape::Code),
            need("code", &["code"], Shape::Service),
            need("name", &["drugname"], Shape::Text),
            need("labeler", &["labelername"], Shape::Text),
            need("dose", &["hcpcsdosage"], Shape::Text),
            need("size", &["pkgsize"], Shape::Decimal),
            need("quantity", &["pkgqty"], Shape::Decimal),
            need("units", &["billunits"], Shape::Decimal),
            need("units_package", &["billunitspkg"], Shape::Decimal),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "opps")],
        columns: &[
            need("code", &["hcpcscode"], Shape::Service),
            need("status", &["si"], Shape::Code),
            need("apc", &["apc"], Shape::Text),
            need("weight", &["relativeweight"], Shape::Decimal),
            need("rate", &["paymentrate"], Shape::Decimal),
            may("copayment", &["nationalunadjustedcopayment"], Shape::Decimal),
            may("copayment_min", &["minimumunadjustedcopayment"], Shape::Decimal),
            may("text", &["shortdescriptor"], Shape::Descriptor),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "hcpcs")],
        columns: &[
            need("code", &["hcpc", "hcpcs"], Shape::ServiceOrModifier),
            need("text", &["longdescription"], Shape::Descriptor),
            may("short", &["shortdescription"], Shape::Descriptor),
            need("effective_from", &["adddt", "adddate"], Shape::Date),
            need("effective_to", &["termdt", "termdate"], Shape::Date),
            need("action", &["actioncd"], Shape::Text),
            may("coverage", &["cov"], Shape::Text),
            may("pricing", &["price1"], Shape::Text),
            may("multiple", &["multpi"], Shape::Text),
            may("betos", &["betos"], Shape::Text),
            may("service_type", &["tos1"], Shape::Text),
            may("replaced_by", &["xref1"], Shape::Text),
            may("anesthesia_base", &["anestbu", "anestbaseunits"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "drg-weights")],
        columns: &[
            need("drg", &["msdrg"], Shape::Padded(3)),
            need("mdc", &["mdc"], Shape::Text),
            need("kind", &["type"], Shape::Text),
            need("title", &["msdrgtitle", "title"], Shape::Text),
            need("weight", &["weights10capapplied", "weight10pctcap"], Shape::Decimal),
            need("geometric_days", &["geometricmeanlos"], Shape::Decimal),
            need("arithmetic_days", &["arithmeticmeanlos"], Shape::Decimal),
            may("post_acute", &["*postacutedrg"], Shape::Text),
            may("special_pay", &["*specialpaydrg"], Shape::Text),
        ],
        end: End::FiscalYear,
        year: YearKind::Fiscal,
        ..PLAIN
    },
    Layout {
        systems: &[("", "mce")],
        columns: &[
            need("code", &["icdcode"], Shape::Diagnosis),
            need("rule", &["icdconflictrule"], Shape::Code),
            need("kind", &["icdconflictgroup"], Shape::Code),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "hcc")],
        columns: &[
            need("code", &["diagnosiscode"], Shape::Diagnosis),
            need("model", &["modelname"], Shape::Code),
            need("category", &["cc"], Shape::Key),
        ],
        end: End::Year,
        year: YearKind::Payment,
        ..PLAIN
    },
    Layout {
        systems: &[("", "hcc-labels")],
        columns: &[
            need("domain", &["modeldomain"], Shape::Code),
            need("version", &["modelversion"], Shape::Code),
            need("category", &["cc"], Shape::Key),
            need("text", &["label"], Shape::Text),
        ],
        year: YearKind::Payment,
        ..PLAIN
    },
    Layout {
        systems: &[("", "ccsr")],
        columns: &[
            need("code", &["icd10cm"], Shape::Diagnosis),
            need("category", &["ccsr"], Shape::Key),
            need("is_inpatient", &["inpatientdefault"], Shape::Text),
            need("is_outpatient", &["outpatientdefault"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "conversions")],
        columns: &[
            need("code", &["currentcodeassignment"], Shape::Diagnosis),
            need("previous", &["previouscodesassignment", "previouscodeassignment"], Shape::Text),
            need("since", &["effective*"], Shape::Text),
        ],
        year: YearKind::Fiscal,
        ..PLAIN
    },
    Layout {
        systems: &[("", "poa-exempt")],
        columns: &[need("code", &["poaexemptcode"], Shape::Diagnosis), may("text", &["description"], Shape::Text)],
        end: End::FiscalYear,
        year: YearKind::Fiscal,
        ..PLAIN
    },
    Layout {
        systems: &[("", "reasons")],
        columns: &[
            need("kind", &["adjtype"], Shape::Code),
            need("code", &["adjcode"], Shape::Key),
            need("text", &["adjdescription"], Shape::Descriptor),
            need("effective_from", &["adjstartdate"], Shape::Date),
            need("effective_to", &["adjenddate"], Shape::Date),
        ],
        is_text_licensed: true,
        ..PLAIN
    },
    Layout {
        systems: &[("", "taxonomy")],
        columns: &[
            need("code", &["code"], Shape::Key),
            need("grouping", &["grouping"], Shape::Text),
            need("classification", &["classification"], Shape::Text),
            need("specialization", &["specialization"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[
            ("rev-cntr-cd", "revenue-codes"),
            ("bill-freq-cd", "bill-types"),
            ("audt-trl-stus-cd", "claim-statuses"),
            ("ansi-rsn-cd", "adjustment-reasons"),
            ("ptnt-stus-cd", "patient-statuses"),
            ("admsn-src-cd", "admission-sources"),
            ("admsn-type-cd", "admission-types"),
            ("rlt-cond-cd", "condition-codes"),
            ("clm-pos-cd", "places"),
        ],
        columns: &[
            need("code", &["code"], Shape::Key),
            need("text", &["display"], Shape::Text),
            need("definition", &["definition"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "articles")],
        columns: &[
            need("article", &["articleid"], Shape::Code),
            need("version", &["articleversion"], Shape::Whole),
            need("title", &["title"], Shape::Text),
            need("status", &["status"], Shape::Text),
            need("retired", &["dateretired"], Shape::Date),
            need("number", &["displayid"], Shape::Text),
            may("effective_from", &["articleeffdate"], Shape::Date),
            may("effective_to", &["articleenddate"], Shape::Date),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "article-services")],
        columns: &[
            need("article", &["articleid"], Shape::Code),
            need("version", &["articleversion"], Shape::Whole),
            need("code", &["hcpccodeid"], Shape::Service),
            need("group", &["hcpccodegroup"], Shape::Whole),
            need("range", &["range"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "article-covered")],
        columns: &[
            need("article", &["articleid"], Shape::Code),
            need("version", &["articleversion"], Shape::Whole),
            need("code", &["icd10codeid"], Shape::Diagnosis),
            need("group", &["icd10coveredgroup"], Shape::Whole),
            need("range", &["range"], Shape::Text),
            need("needs_second", &["asterisk"], Shape::Text),
        ],
        ..PLAIN
    },
    Layout {
        systems: &[("", "article-noncovered")],
        columns: &[
            need("article", &["articleid"], Shape::Code),
            need("version", &["articleversion"], Shape::Whole),
            need("code", &["icd10codeid"], Shape::Diagnosis),
            need("group", &["icd10noncoveredgroup"], Shape::Whole),
            need("range", &["range"], Shape::Text),
        ],
        ..PLAIN
    },
];
