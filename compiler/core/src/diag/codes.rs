//! Every code, once. HD00 file and YAML, HD01 tier and access, HD02 parameters and templates, HD03 secrets, HD04
//! network, HD05 limits and escalation, HD06 workflows and mesh, HD07 flow, HD09 drift.

use super::Code;

macro_rules! codes {
    ($($name:ident = $number:literal, $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code($number);
        )*
        /// Every code with its title, in order.
        pub const ALL: &[(Code, &str)] = &[$(($name, $title)),*];
    };
}

codes! {
    HD0001 = 1, "the file cannot be read as text";
    HD0002 = 2, "the file is not YAML";
    HD0003 = 3, "a key is written twice";
    HD0004 = 4, "an unknown key";
    HD0005 = 5, "a required key is missing";
    HD0006 = 6, "a value of the wrong type";
    HD0007 = 7, "a value that this key does not take";
    HD0008 = 8, "a key or value that heddle does not support yet";
    HD0009 = 9, "the file is too large";
    HD0010 = 10, "values are nested too deep";
    HD0011 = 11, "an anchor, alias or merge key";
    HD0012 = 12, "a tag";
    HD0013 = 13, "more than one document";
    HD0014 = 14, "a control or invisible character";
    HD0015 = 15, "a tab in the indentation";
    HD0016 = 16, "the file holds no config";
    HD0017 = 17, "a word that older YAML reads differently";
    HD0018 = 18, "a key that is not text";
    HD0101 = 101, "a tier may not hold a tool of this access";
    HD0102 = 102, "a tier may not send this method";
    HD0103 = 103, "a read tool sends a method that can write";
    HD0201 = 201, "a placeholder names no parameter";
    HD0202 = 202, "a parameter is used nowhere";
}
