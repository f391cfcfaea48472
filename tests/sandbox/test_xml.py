"""XML is written so that nothing breaks out, and read without entities."""

import xml.etree.ElementTree as ET

import pytest

from sandbox.wecom.passive import card_of
from sandbox.wecom.xml import XmlRefused, read, write


def test_text_that_ends_a_cdata_section_stays_text() -> None:
    words = "a]]>b<script>&amp;]]>"

    assert ET.fromstring(write([("Content", words)])).findtext("Content") == words
    assert read(write([("Content", words)])).word("Content") == words


def test_lists_nest_and_numbers_stand_bare() -> None:
    assert write([("A", [("B", 3)])]) == "<xml><A><B>3</B></A></xml>"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE xml [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>',
        '<!DOCTYPE xml SYSTEM "http://example.invalid/x"><xml/>',
        "<xml><Content></xml>",
        "",
        "plain",
    ],
)
def test_entities_and_broken_xml_are_refused(text: str) -> None:
    with pytest.raises(XmlRefused):
        read(text)


def test_a_card_in_xml_becomes_the_card_in_json() -> None:
    element = read(
        "<TemplateCard><CardType>vote_interaction</CardType><MainTitle><Title>投票</Title></MainTitle>"
        "<HorizontalContentList><KeyName>类型</KeyName><Value>事假</Value></HorizontalContentList>"
        "<CheckBox><QuestionKey>q</QuestionKey><Mode>1</Mode>"
        "<OptionList><Id>a</Id><Text>甲</Text><IsChecked>true</IsChecked></OptionList></CheckBox>"
        "<CardImage><AspectRatio>2.0</AspectRatio></CardImage><ReplaceText>已投</ReplaceText></TemplateCard>"
    )

    assert card_of(element) == {
        "card_type": "vote_interaction",
        "main_title": {"title": "投票"},
        "horizontal_content_list": [{"keyname": "类型", "value": "事假"}],
        "checkbox": {
            "question_key": "q",
            "mode": 1,
            "option_list": [{"id": "a", "text": "甲", "is_checked": True}],
        },
        "card_image": {"aspect_ratio": 2.0},
        "replace_text": "已投",
    }
