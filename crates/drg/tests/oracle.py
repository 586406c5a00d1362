"""Invented stays with the answer of the package drgpy, one JSON object a line: VERSION COUNT SEED."""

import json
import random
import sys
from collections import defaultdict

from drgpy.msdrg import DRGEngine

version, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
engine = DRGEngine("v" + version)
dice = random.Random(seed)


def by_list(table):
    lists = defaultdict(list)
    for code, names in sorted(table.items()):
        for name in names:
            drgs, *rest = name.split("|")
            lists["|".join([drgs, *rest[:1]])].append([code, *rest[1:]])
    return lists


principals, procedures = by_list(engine.dxmap), by_list(engine.prmap)
principal_names, procedure_names = sorted(principals), sorted(procedures)
complications = sorted(engine.ccmap)
diagnoses = sorted(engine.dxmap)
by_category = defaultdict(list)
for name in procedure_names:
    by_category[engine.drgmap.get(name[:3], {}).get("mdc", "")].append(name)


def stay():
    principal = dice.choice(principals[dice.choice(principal_names)])[0]
    secondary = [
        dice.choice(complications) if dice.random() < 0.6 else dice.choice(principals[dice.choice(principal_names)])[0]
        for _ in range(dice.choice([0, 1, 1, 2, 3]))
    ]
    categories = [name[4:] for name in engine.dxmap[principal] if name.startswith("_MDC") and len(name) == 6]
    done = []
    for _ in range(dice.choice([0, 0, 1, 1, 2])):
        near = [name for category in categories for name in by_category[category]]
        name = dice.choice(near if near and dice.random() < 0.8 else procedure_names)
        done += dice.choice(procedures[name])
    codes = list(dict.fromkeys([principal, *secondary]))
    status = dice.choice(["01", "01", "03", "07", "20"])
    return {
        "diagnoses": codes,
        "poa": ["Y"] + [dice.choice("YYYN") for _ in codes[1:]],
        "procedures": list(dict.fromkeys(done)),
        "sex": dice.choice("FM"),
        "status": status,
    }


for _ in range(count):
    case = stay()
    case["drg"] = engine.get_drg(
        list(case["diagnoses"]),
        list(case["procedures"]),
        case["sex"],
        case["status"] != "20",
        case["poa"],
        case["status"],
    )
    print(json.dumps(case))
