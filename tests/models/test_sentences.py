"""What people read where a constraint of the database refuses something: a sentence in their own language."""

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

LANGUAGES = ("fr", "ar", "en")
CONSTRAINTS = [
    pytest.param(model, constraint, id=constraint.name)
    for model in apps.get_models()
    if model._meta.app_config.name in ("programmes", "operations")
    for constraint in model._meta.constraints
]


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS)
def test_every_constraint_has_a_sentence_in_each_language(
    model: type[models.Model], constraint: models.BaseConstraint
) -> None:
    sentences = []
    for language in LANGUAGES:
        with override(language):
            sentences.append(str(constraint.get_violation_error_message()))
    assert len(set(sentences)) == len(LANGUAGES), sentences
    assert all(sentence.endswith(".") for sentence in sentences), sentences
    assert not any(constraint.name in sentence for sentence in sentences), sentences
