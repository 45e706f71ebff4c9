//! Names for invented people: common given and family names in the languages and
//! scripts of the region, put together at random. Nobody is meant.

use super::Fault;
use super::dice::Dice;
use sanad_core::language::{LanguageTag, Script};
use sanad_core::person::{NamePart, Names, PersonName, Sex};

/// A name as it is borne, and in Latin letters.
type Spelled = (&'static str, &'static str);

/// People who bear their names in one language and script.
#[derive(Debug)]
pub(super) struct Tongue {
    /// Language of the names and of interviews.
    pub language: &'static str,
    script: &'static str,
    women: &'static [Spelled],
    men: &'static [Spelled],
    families: &'static [Spelled],
}

/// How often each of [`TONGUES`] occurs.
pub(super) const SHARES: [u32; 5] = [50, 18, 16, 8, 8];

/// Every language of names.
pub(super) static TONGUES: [Tongue; 5] = [
    Tongue {
        language: "ar",
        script: "Arab",
        women: &[
            ("سلمى", "Salma"),
            ("نور", "Nour"),
            ("ليلى", "Layla"),
            ("هدى", "Huda"),
            ("رنا", "Rana"),
            ("أمل", "Amal"),
            ("زينب", "Zaynab"),
            ("فاطمة", "Fatima"),
            ("مها", "Maha"),
            ("سعاد", "Suad"),
        ],
        men: &[
            ("محمد", "Muhammad"),
            ("أحمد", "Ahmad"),
            ("خالد", "Khalid"),
            ("يوسف", "Yusuf"),
            ("عمر", "Umar"),
            ("سامر", "Samer"),
            ("حسن", "Hasan"),
            ("علي", "Ali"),
            ("عبد الرحمن", "Abd al-Rahman"),
            ("نبيل", "Nabil"),
        ],
        families: &[
            ("الخطيب", "al-Khatib"),
            ("حداد", "Haddad"),
            ("النجار", "al-Najjar"),
            ("العلي", "al-Ali"),
            ("درويش", "Darwish"),
            ("قاسم", "Qasim"),
            ("الصباغ", "al-Sabbagh"),
            ("خياط", "Khayyat"),
        ],
    },
    Tongue {
        language: "ckb",
        script: "Arab",
        women: &[
            ("ئاڤان", "Avan"),
            ("شیرین", "Shirin"),
            ("هێرۆ", "Hero"),
            ("نازدار", "Nazdar"),
            ("ژیان", "Zhyan"),
            ("چنار", "Chnar"),
            ("پەروین", "Parwin"),
        ],
        men: &[
            ("ئازاد", "Azad"),
            ("هێمن", "Hemin"),
            ("دلێر", "Diler"),
            ("ڕێبوار", "Rebwar"),
            ("شوان", "Shwan"),
            ("کاروان", "Karwan"),
            ("سەردار", "Sardar"),
        ],
        families: &[
            ("عەزیز", "Aziz"),
            ("ڕەشید", "Rashid"),
            ("قادر", "Qadir"),
            ("ساڵح", "Salih"),
            ("مەحمود", "Mahmud"),
        ],
    },
    Tongue {
        language: "kmr",
        script: "Latn",
        women: &[
            ("Rojîn", "Rojin"),
            ("Berîvan", "Berivan"),
            ("Şîlan", "Shilan"),
            ("Zelal", "Zelal"),
            ("Evîn", "Evin"),
            ("Gulistan", "Gulistan"),
        ],
        men: &[
            ("Şêrko", "Sherko"),
            ("Baran", "Baran"),
            ("Rêzan", "Rezan"),
            ("Cîwan", "Ciwan"),
            ("Hogir", "Hogir"),
            ("Mîrza", "Mirza"),
        ],
        families: &[
            ("Hesen", "Hesen"),
            ("Elî", "Eli"),
            ("Osman", "Osman"),
            ("Xelîl", "Khalil"),
            ("Îbrahîm", "Ibrahim"),
        ],
    },
    Tongue {
        language: "syc",
        script: "Syrc",
        women: &[
            ("ܡܪܝܡ", "Maryam"),
            ("ܣܪܐ", "Sara"),
            ("ܡܪܬܐ", "Marta"),
            ("ܫܡܝܪܡ", "Shamiram"),
        ],
        men: &[
            ("ܫܡܥܘܢ", "Shamoun"),
            ("ܝܘܚܢܢ", "Yuhanon"),
            ("ܐܦܪܝܡ", "Afrem"),
            ("ܓܒܪܐܝܠ", "Gabriel"),
            ("ܝܥܩܘܒ", "Yaqoub"),
        ],
        families: &[
            ("ܡܠܟܐ", "Malka"),
            ("ܒܪ ܨܘܡܐ", "Bar Sauma"),
            ("ܬܐܘܡܐ", "Tuma"),
        ],
    },
    Tongue {
        language: "en",
        script: "Latn",
        women: &[
            ("Mira", "Mira"),
            ("Lina", "Lina"),
            ("Nadia", "Nadia"),
            ("Dalia", "Dalia"),
            ("Yara", "Yara"),
        ],
        men: &[
            ("Elias", "Elias"),
            ("Daniel", "Daniel"),
            ("Karim", "Karim"),
            ("Adam", "Adam"),
            ("Sami", "Sami"),
        ],
        families: &[
            ("Mansour", "Mansour"),
            ("Saleh", "Saleh"),
            ("Barakat", "Barakat"),
            ("Nasser", "Nasser"),
        ],
    },
];

/// What a household has in common in its names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lineage {
    /// In which language.
    pub tongue: &'static Tongue,
    family: Spelled,
    father: Spelled,
    grandfather: Spelled,
    mother: Spelled,
}

impl Lineage {
    /// A family.
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let tongue = &TONGUES[dice.weighted(&SHARES)];
        Self {
            tongue,
            family: *dice.pick(tongue.families),
            father: *dice.pick(tongue.men),
            grandfather: *dice.pick(tongue.men),
            mother: *dice.pick(tongue.women),
        }
    }

    /// Somebody who married into the family and keeps their own.
    pub(super) fn beside(self, dice: &mut Dice) -> Self {
        Self {
            family: *dice.pick(self.tongue.families),
            father: *dice.pick(self.tongue.men),
            ..self
        }
    }

    /// The children of two people whose given names are known.
    pub(super) const fn children_of(self, father: Spelled, mother: Spelled) -> Self {
        Self {
            father,
            grandfather: self.father,
            mother,
            ..self
        }
    }

    /// A given name for one of the family.
    pub(super) fn given(self, dice: &mut Dice, sex: Sex) -> Spelled {
        *dice.pick(if sex == Sex::Female {
            self.tongue.women
        } else {
            self.tongue.men
        })
    }

    /// The whole name of one of the family: in its own script, and for many written
    /// over into Latin letters as their papers have it.
    pub(super) fn names(self, dice: &mut Dice, given: Spelled) -> Result<Names, Fault> {
        let four_parts = dice.percent(70);
        let mut own = self.written(given, |spelled| spelled.0, four_parts)?;
        own.script = Script::parse(self.tongue.script)?;
        let mut names = vec![own];
        if self.tongue.script != "Latn" && dice.percent(45) {
            let mut latin = self.written(given, |spelled| spelled.1, false)?;
            latin.transliterated = true;
            names.push(latin);
        }
        Ok(Names::new(names)?)
    }

    fn written(
        self,
        given: Spelled,
        spelling: fn(Spelled) -> &'static str,
        all: bool,
    ) -> Result<PersonName, Fault> {
        let part = |spelled| NamePart::parse(spelling(spelled)).map(Some);
        let mut name = PersonName::in_script(Script::LATIN);
        name.language = Some(LanguageTag::parse(self.tongue.language)?);
        name.given = part(given)?;
        name.father = part(self.father)?;
        name.family = part(self.family)?;
        if all {
            name.grandfather = part(self.grandfather)?;
            name.mother = part(self.mother)?;
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_every_language_is_one_that_the_registry_takes() {
        for tongue in &TONGUES {
            for (own, latin) in tongue.women.iter().chain(tongue.men).chain(tongue.families) {
                assert!(NamePart::parse(own).is_ok() && NamePart::parse(latin).is_ok());
                assert_eq!(Script::detect(own).as_str(), tongue.script, "{latin}");
            }
        }
    }

    #[test]
    fn children_bear_the_given_name_of_their_father() {
        let mut dice = Dice::of(1, 1, 1);
        let family = Lineage::draw(&mut dice);
        let father = family.given(&mut dice, Sex::Male);
        let mother = family.given(&mut dice, Sex::Female);
        let children = family.children_of(father, mother);
        let given = children.given(&mut dice, Sex::Female);
        let names = children.names(&mut dice, given).unwrap();
        assert_eq!(
            names.preferred().father.as_ref().unwrap().as_str(),
            father.0
        );
    }
}
