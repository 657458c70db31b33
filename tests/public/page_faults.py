"""What is wrong with a public page in itself."""

import re
from collections import Counter

from tests.public.page_languages import unmarked

ID = re.compile(r'\sid="([^"]+)"')


def faults_of(html: str, language: str) -> list[str]:
    """What is wrong with one page in itself."""
    found = []
    repeated = [name for name, count in Counter(ID.findall(html)).items() if count > 1]
    if repeated:
        found.append(f"ids twice: {repeated}")
    if f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' not in html:
        found.append("language or direction")
    if html.count("<h1") != 1:
        found.append("not one heading of the first level")
    found += unmarked(html, language)
    return found
