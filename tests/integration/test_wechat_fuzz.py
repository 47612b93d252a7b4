"""Whatever bytes arrive, the parser of WeChat's pushes says no or yes and never breaks."""

import contextlib

from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from bot.channels.wechat import incoming, xml

MARKUP = st.lists(
    st.sampled_from(
        [
            "<xml>",
            "</xml>",
            "<MsgType>",
            "</MsgType>",
            "text",
            "event",
            "<![CDATA[",
            "]]>",
            "<!DOCTYPE x>",
            "&lt;",
            "&x;",
            "<a/>",
        ]
        + [
            "<CreateTime>1</CreateTime>",
            "<FromUserName>o</FromUserName>",
            "<ToUserName>g</ToUserName>",
            "<?pi?>",
            "\x00",
            "好",
        ]
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


@given(st.one_of(st.binary(max_size=500), MARKUP.map(lambda text: text.encode(errors="replace"))))
@bounded(max_examples=1000, deadline=None)
def test_no_bytes_break_the_parser(body):
    with contextlib.suppress(xml.MalformedError):
        incoming.parse(body)
