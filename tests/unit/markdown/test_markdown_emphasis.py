"""Emphasis beside Chinese, Japanese and Korean, and everything else as CommonMark has it."""

from __future__ import annotations

import re

import pytest
from markdown_it.rules_inline import StateInline
from support.markdown_texts import EXAMPLES, marked, oneshot

from mimo_cli.markdown.blocks import Parser
from mimo_cli.markdown.rules.characters import is_cjk
from mimo_cli.markdown.rules.emphasis import InlineState

CHINESE = """
**重要：**请注意|⟦重要：⟧请注意
这是**“引号”**后面。|这是⟦“引号”⟧后面。
这是**“引号”**，后面|这是⟦“引号”⟧，后面
他说**“你好。”**然后走了|他说⟦“你好。”⟧然后走了
**《红楼梦》**是名著|⟦《红楼梦》⟧是名著
请看**《红楼梦》**这本书|请看⟦《红楼梦》⟧这本书
使用**（括号）**强调|使用⟦（括号）⟧强调
使用**(括号)**强调|使用⟦(括号)⟧强调
**注意（必读）：**以下内容|⟦注意（必读）：⟧以下内容
**第一步。**打开文件|⟦第一步。⟧打开文件
**真的吗？**是的！|⟦真的吗？⟧是的！
共**46%**的用户|共⟦46%⟧的用户
价格是**$5**左右|价格是⟦$5⟧左右
运行**`ls -l`**命令|运行⟦ls -l⟧命令
安装**Python 3.12+**版本|安装⟦Python 3.12+⟧版本
学习**C++**语言|学习⟦C++⟧语言
**“A”**和**“B”**的区别|⟦“A”⟧和⟦“B”⟧的区别
**一、背景：**正文**二、目标：**正文|⟦一、背景：⟧正文⟦二、目标：⟧正文
这是*“斜体”*文字|这是⟨“斜体”⟩文字
这是***“粗斜体”***文字|这是⟨⟦“粗斜体”⟧⟩文字
已**删除**的~~（旧的）~~内容|已⟦删除⟧的⦃（旧的）⦄内容
**【必填】**姓名|⟦【必填】⟧姓名
姓名**【必填】**年龄|姓名⟦【必填】⟧年龄
结论——**“可行”**——如下|结论——⟦“可行”⟧——如下
**关键词**：人工智能|⟦关键词⟧：人工智能
**重点！**✅完成|⟦重点！⟧✅完成
2 ** 3 ** 4 等于多少|2 ** 3 ** 4 等于多少
计算 a * b 和 c * d|计算 a * b 和 c * d
变量snake_case_name不变|变量snake_case_name不变
文件_名称_不变|文件_名称_不变
**未闭合的强调|**未闭合的强调
「**强调**」与『**重点**』|「⟦强调⟧」与『⟦重点⟧』
"""

JAPANESE = """
**「日本語」**です|⟦「日本語」⟧です
これは**「重要」**です。|これは⟦「重要」⟧です。
**この文を強調できますか（はい）？**できます|⟦この文を強調できますか（はい）？⟧できます
**注意：**必ず読むこと|⟦注意：⟧必ず読むこと
**手順１。**起動する|⟦手順１。⟧起動する
湾岸の**46%**を占める|湾岸の⟦46%⟧を占める
**Next.js（App Router）**を使う|⟦Next.js（App Router）⟧を使う
**Next.js(App Router)**を使う|⟦Next.js(App Router)⟧を使う
関数**`map()`**は便利|関数⟦map()⟧は便利
*『吾輩は猫である』*の著者|⟨『吾輩は猫である』⟩の著者
〜**（例）**〜|〜⟦（例）⟧〜
**ｶﾀｶﾅ。**半角|⟦ｶﾀｶﾅ。⟧半角
**葛\U000e0100！**の字|⟦葛\U000e0100！⟧の字
葛\U000e0100**(かずら)**と|葛\U000e0100⟦(かずら)⟧と
字\ufe00**“a”**と|字\ufe00⟦“a”⟧と
~~「旧」~~新しい|⦃「旧」⦄新しい
**です。**\u3000次|⟦です。⟧\u3000次
これは ** 強調 ** ではない|これは ** 強調 ** ではない
5 * 3 は 15|5 * 3 は 15
"""

KOREAN = """
한국어 **강조(bold)**는 된다|한국어 ⟦강조(bold)⟧는 된다
**이 용어(This term)**를 강조|⟦이 용어(This term)⟧를 강조
**"인용문"**이라고 말했다|⟦"인용문"⟧이라고 말했다
그는 **“안녕”**이라고|그는 ⟦“안녕”⟧이라고
**참고:**다음을 보세요|⟦참고:⟧다음을 보세요
**중요!**반드시 읽으세요|⟦중요!⟧반드시 읽으세요
약 **30%**가 증가|약 ⟦30%⟧가 증가
**`pip`**를 실행|⟦pip⟧를 실행
*‘작은따옴표’*는|⟨‘작은따옴표’⟩는
~~(이전)~~의 값|⦃(이전)⦄의 값
**『책』**은|⟦『책』⟧은
변수_이름_변경|변수_이름_변경
3 * 4 * 5 는 60|3 * 4 * 5 는 60
**\u1112\u1161\u11ab(옛)**은|⟦\u1112\u1161\u11ab(옛)⟧은
"""

LINES = [
    line.split("|") for text in (CHINESE, JAPANESE, KOREAN) for line in text.split("\n") if line
]


@pytest.mark.parametrize(("text", "expected"), LINES)
def test_emphasis_beside_cjk_is_read_as_it_is_meant(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_there_are_sixty_lines_of_it() -> None:
    assert len(LINES) > 60


def test_what_has_no_cjk_is_read_as_commonmark_has_it() -> None:
    """All runs of all examples, in all the texts that an inline parser gets to see."""
    parser, runs = Parser(), 0
    for text in EXAMPLES:
        if any(map(is_cjk, text)):
            continue
        for line in [text, *text.split("\n")]:
            ours, theirs = (kind(line, parser, {}, []) for kind in (InlineState, StateInline))
            for run in re.finditer(r"(?<!\*)\*|(?<!_)_|(?<!~)~", line):
                for split in (False, True):
                    runs += 1
                    expected = theirs.scanDelims(run.start(), split)
                    assert ours.scanDelims(run.start(), split) == expected
    assert runs > 2_000
    assert sum(any(map(is_cjk, text)) for text in EXAMPLES) <= 5


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        ("中、。「（！％\u3000ｶｱ한ᄀᆨ々〜㊗🈚", True),
        ("a1.“”…—é✅⭐👍🀄\u200d\u00a0", False),
    ],
)
def test_characters_count_as_cjk_or_not(characters: str, expected: bool) -> None:
    assert {character: is_cjk(character) for character in characters} == dict.fromkeys(
        characters, expected
    )


def test_emphasis_is_drawn() -> None:
    row = oneshot("**重要：**请", 80)[0]
    assert [(span.start, span.end, span.style) for span in row.spans] == [(0, 3, "strong")]
