"""The metapaths are possible, named once, and say in three languages what they are."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest

from ontology.metagraph import LANGUAGES, NO_BRIDGE, RELATIONS, Kind, Relation
from ontology.metapaths import DAMPING, FAMILY_WEIGHTS, METAPATHS, Family, Metapath, Step

BY_NAME = {metapath.name: metapath for metapath in METAPATHS}


def test_names_are_unique_and_every_family_has_some() -> None:
    assert len(BY_NAME) == len(METAPATHS)
    assert {metapath.family for metapath in METAPATHS} == set(Family) == set(FAMILY_WEIGHTS)


@pytest.mark.parametrize("metapath", METAPATHS, ids=lambda metapath: metapath.name)
def test_a_metapath_leads_from_actor_to_actor_over_allowed_ends(metapath: Metapath) -> None:
    assert metapath.kinds[0] is metapath.kinds[-1] is Kind.ACTOR
    # In between there is no actor: a walk that comes back to where it began could not be told from a path.
    assert Kind.ACTOR not in metapath.kinds[1:-1]
    assert len(metapath.kinds) == len(metapath.steps) + 1
    assert NO_BRIDGE.isdisjoint(metapath.kinds)
    for step, start, end in metapath.walk():
        assert ((start, end) if step.forward else (end, start)) in RELATIONS[step.relation].ends
    assert metapath.weight > 0


@pytest.mark.parametrize("metapath", METAPATHS, ids=lambda metapath: metapath.name)
def test_its_sentences_name_both_actors_and_all_between(metapath: Metapath) -> None:
    inner = {f"n{place}" for place in range(1, len(metapath.kinds) - 1)}
    flows = any(step.relation is Relation.FEEDS for step in metapath.steps)
    assert set(metapath.sentences) == set(LANGUAGES)
    for language, sentence in metapath.sentences.items():
        asked = {field for _, field, _, _ in string.Formatter().parse(sentence) if field}
        assert {"a", "b"} | inner <= asked <= {"a", "b", "few", "flow"} | inner, language
        assert ("flow" in asked) == flows
        assert sentence.endswith(".")
        assert "“" not in sentence if language != "en" else "”" in sentence
        # Finnish would inflect a name with a colon or a suffix after the brace.
        assert all(not rest[:1].isalpha() and rest[:1] != ":" for rest in sentence.split("}")[1:])


@pytest.mark.parametrize("metapath", METAPATHS, ids=lambda metapath: metapath.name)
def test_what_the_partner_sees_is_the_same_family(metapath: Metapath) -> None:
    """Turned round, each metapath is one of ours too, of the same family: so a score is the same from both ends."""
    kinds, steps = metapath.kinds[::-1], tuple(step.reversed() for step in metapath.steps[::-1])
    turned = [other for other in METAPATHS if (other.kinds, other.steps) == (kinds, steps)]
    assert [other.family for other in turned] == [metapath.family]
    assert turned[0].weight == metapath.weight


def test_every_relation_is_damped() -> None:
    assert set(DAMPING) == set(Relation)
    assert all(0 < damping < 1 for damping in DAMPING.values())


def test_an_impossible_metapath_is_refused() -> None:
    shared = BY_NAME["shared-competence"]
    with pytest.raises(ValueError, match="does not join"):
        replace(shared, steps=(Step(Relation.WORKS_IN), Step(Relation.WORKS_IN, forward=False)))
    with pytest.raises(ValueError):
        replace(shared, steps=shared.steps[:1])


def test_a_region_is_never_a_bridge() -> None:
    located = (Step(Relation.LOCATED_IN), Step(Relation.LOCATED_IN, forward=False))
    with pytest.raises(ValueError, match="bridge"):
        replace(BY_NAME["shared-competence"], kinds=(Kind.ACTOR, Kind.REGION, Kind.ACTOR), steps=located)
