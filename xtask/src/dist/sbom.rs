//! What is in a package, for those who keep lists: SPDX 2.3 in JSON.

use super::Stock;
use super::crates::Crate;
use crate::Outcome;
use crate::process::run;
use serde_json::{Value, json};
use std::process::Command;

const NONE: &str = "NOASSERTION";

pub fn text(stock: &Stock, name: &str) -> Outcome<String> {
    let mut date = Command::new("date");
    let created = run(date.args(["-u", "-d", &format!("@{}", stock.time), "+%Y-%m-%dT%H:%M:%SZ"]))?;
    let document = document(&stock.crates, name, stock.time, created.trim());
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(|e| e.to_string())
}

fn document(crates: &[Crate], name: &str, time: u64, created: &str) -> Value {
    let mut relations = Vec::new();
    if let Some(library) = crates.first() {
        relations.push(relation("SPDXRef-DOCUMENT", "DESCRIBES", &id(&library.name)));
    }
    for c in crates {
        for used in &c.uses {
            relations.push(relation(&id(&c.name), "DEPENDS_ON", &id(used)));
        }
    }
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": format!("https://spdx.org/spdxdocs/{name}-{time}"),
        "creationInfo": { "created": created, "creators": ["Tool: cargo-xtask-dist"] },
        "packages": crates.iter().map(package).collect::<Vec<_>>(),
        "relationships": relations,
    })
}

fn package(c: &Crate) -> Value {
    let mut package = json!({
        "SPDXID": id(&c.name),
        "name": c.name,
        "versionInfo": c.version,
        "downloadLocation": NONE,
        "filesAnalyzed": false,
        "licenseConcluded": NONE,
        "licenseDeclared": c.licence,
        "copyrightText": NONE,
        "primaryPackagePurpose": "LIBRARY",
    });
    if let Some(sum) = &c.sha256 {
        package["checksums"] = json!([{ "algorithm": "SHA256", "checksumValue": sum }]);
        package["externalRefs"] = json!([{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": format!("pkg:cargo/{}@{}", c.name, c.version),
        }]);
    }
    package
}

fn relation(from: &str, kind: &str, to: &str) -> Value {
    json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to })
}

/// SPDX allows letters, digits, dots and hyphens.
fn id(name: &str) -> String {
    format!("SPDXRef-{}", name.replace('_', "-"))
}
