//! What holds of every config that is accepted, tried on many that chance made.

use heddle_compiler::check::Grants;
use heddle_compiler::diag::{self, Colour, Label};
use heddle_compiler::plan::Plan;
use heddle_compiler::source::Sources;
use heddle_compiler::{Compiled, compile};
use heddle_tests::random_config::{Config, Style, sample};
use proptest::prelude::*;

fn check(text: &str, grants: &Grants) -> (Compiled, Sources) {
    let mut sources = Sources::default();
    let compiled = compile(&mut sources, "agent.yaml", text.as_bytes(), grants);
    (compiled, sources)
}

fn plan(config: &Config, style: &Style) -> Plan {
    let text = config.yaml(style);
    let (compiled, sources) = check(&text, &config.grants());
    let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
    compiled.plan.unwrap_or_else(|| panic!("refused:\n{drawn}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_keys_and_remarks_mean_nothing(seed: u64, variation: u64) {
        let config = sample(seed);
        let straight = plan(&config, &Style::Plain);
        prop_assert_eq!(&plan(&config, &Style::Plain), &straight);
        let varied = plan(&config, &Style::Varied(variation));
        prop_assert_eq!(&varied, &straight);
        prop_assert_eq!(varied.digest(), straight.digest());
    }

    #[test]
    fn another_writer_of_yaml_means_the_same(seed: u64) {
        let config = sample(seed);
        let value: serde_yaml::Value = serde_yaml::from_str(&config.yaml(&Style::Plain)).unwrap();
        let written = serde_yaml::to_string(&value).unwrap();
        let (compiled, sources) = check(&written, &config.grants());
        let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
        let again = compiled.plan.unwrap_or_else(|| panic!("refused:\n{drawn}\n{written}"));
        prop_assert_eq!(again.digest(), plan(&config, &Style::Plain).digest());
    }

    #[test]
    fn a_plan_holds_what_its_tools_use_and_no_more(seed: u64) {
        let config = sample(seed);
        let plan = plan(&config, &Style::Plain);
        let of_keys = plan.oauth.iter().map(|oauth| oauth.keys_origin.clone());
        let origins: std::collections::BTreeSet<_> = plan.tools.values().map(|tool| tool.origin.clone()).chain(of_keys).collect();
        prop_assert_eq!(&plan.origins, &origins);
        let keys: std::collections::BTreeSet<_> = plan.grants.keys().map(|grant| grant.key.clone()).collect();
        prop_assert_eq!(keys.into_iter().collect::<Vec<_>>(), config.secrets);
        prop_assert_eq!(plan.digest_hex().len(), 64);
    }

    #[test]
    fn without_its_grants_no_secret_is_used(seed: u64) {
        let config = sample(seed);
        let (compiled, _) = check(&config.yaml(&Style::Plain), &Grants::default());
        prop_assert_eq!(compiled.plan.is_some(), config.secrets.is_empty());
    }

    #[test]
    fn a_damaged_config_is_judged_and_never_panics(seed: u64, damage in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8), 1..8)) {
        let config = sample(seed);
        let mut lines: Vec<String> = config.yaml(&Style::Plain).lines().map(str::to_owned).collect();
        for (one, other, how) in damage {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            match how {
                0 => lines.swap(one, other),
                1 => lines[one] = lines[other].clone(),
                2 => {
                    // The key of one line with the value of another.
                    let value = lines[other].split_once(':').map_or("", |(_, value)| value).to_owned();
                    let key = lines[one].split_once(':').map_or("", |(key, _)| key).to_owned();
                    lines[one] = format!("{key}:{value}");
                }
                _ => {
                    let cut = lines[one].char_indices().map(|(at, _)| at).nth(other % 40).unwrap_or(0);
                    lines[one].truncate(cut);
                }
            }
        }
        let text = lines.join("\n");
        let (compiled, sources) = check(&text, &config.grants());
        let refused = compiled.diagnostics.iter().any(|found| found.severity == diag::Severity::Error);
        prop_assert_eq!(compiled.plan.is_none(), refused);
        for found in &compiled.diagnostics {
            let places = std::iter::once(&found.primary).chain(&found.reasons);
            for Label { span, .. } in places {
                let file = sources.file(span.file).expect("a file of this check");
                prop_assert!(file.text.get(span.start as usize..span.end as usize).is_some(), "{found:?}");
            }
        }
        prop_assert_eq!(diag::human(&compiled.diagnostics, &sources, Colour::Never).is_empty(), compiled.diagnostics.is_empty());
    }
}
