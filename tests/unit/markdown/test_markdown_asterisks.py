"""Marks that are operators, wildcards and masks beside unspaced scripts, and those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import marked, quick

from mimo_cli.markdown.rules.asterisks import judge
from mimo_cli.markdown.rules.characters import has_unspaced

AS_THEY_ARE = r"""
使用**kwargs传参，*args也可以
def f(*args, **kwargs): 表示可变参数
用*号表示乘法：3*4
3*4=12，5*6=30
2**10 和 3**2
2**10和3**2哪个大
*.py和*.md
*.py、*.md和*.txt文件
删除*.log和tmp*文件
src/**/*.ts和test/**/*.ts
**/*.py和**/*.md都要检查
前缀为img*和pic*的文件
a*b，c*d
体积是a*b*c，单位立方米
面积=长*宽，周长=2*(长+宽)
体积=长*宽*高
总价 = 单价*数量*(1-折扣)
苹果*2，香蕉*3
苹果*2和香蕉*3
牛奶*1盒、鸡蛋*12个
2*苹果+3*香蕉
第1*2章
(a+b)*c，d*(e+f)
（单价+运费）*2，（甲+乙）*3
f(x)*g(x)和h(x)*k(x)
π*r²，2*π*r
x**2 + y**2 = z**2，其中
底数x**2和y**2
*p和*q的值
*p、*q和*r都是指针
参数*args和**kwargs
char *p，int *q
int* a和int* b
构造函数__init__：初始化
- __name__和__main__的区别
3~~5天，6~~8天
正则 .* 和 \d* 匹配
SELECT *，COUNT(*)
5 * 3＝15，2 * 4＝8
1920*1080和1280*720分辨率
3*3*3魔方
7*24小时，5*8小时
*注：仅供参考
价格*仅供参考，*号表示必填
姓名*、电话*为必填
姓名*：必填，电话*：必填
*表示必填，**表示选填
縦*横*高さ＝体積
体積＝縦*横*高さ
2*3は6、4*5は20です
りんご*2、みかん*3
3*4는 12, 5*6은 30
*.txt와 *.csv 파일
사과*2, 배*3
a*b는 곱, c*d도 곱
3*4=12 และ 5*6=30
ไฟล์*.pyและ*.md
use 2*3 when 甲, else 4*5
foo*bar*baz 是单词
5*5矩阵和3*3矩阵相乘
尺寸10cm*20cm*5cm
尺寸：10*20*5厘米
已知a*x+b*y=c，求x
if (a*b > c*d) 则返回
结果为 2*π*r 米
*p++和*q--
int *p = &a; 表示*p等于a
指针*p指向a，**pp指向p
C*算法和A*算法
A*算法和D*算法的区别
A*和B*都是上位
M*A*S*H是电视剧
f**k和s**t是脏话
他骂了句f*ck，又骂了句sh*t
手机号138****1234和139****5678
密码：****
身份证 110***********1234，卡号 6222 **** **** 1234
尾号***8888和***9999
评分：*****和***
"""

EMPHASIS = r"""
答：**选 B**。因为 2*3=6，所以**不选 A**。|答：⟦选 B⟧。因为 2*3=6，所以⟦不选 A⟧。
**公式：**S=a*b，V=a*b*c|⟦公式：⟧S=a*b，V=a*b*c
其中**a**、**b**为常数，a*b≠0|其中⟦a⟧、⟦b⟧为常数，a*b≠0
**输入：**a, b；**输出：**a*b|⟦输入：⟧a, b；⟦输出：⟧a*b
**3 * 4 = 12**，**5 * 6 = 30**|⟦3 * 4 = 12⟧，⟦5 * 6 = 30⟧
**2^10 = 1024**；|⟦2^10 = 1024⟧；
**(1)** 甲 **(2)** 乙|⟦(1)⟧ 甲 ⟦(2)⟧ 乙
**甲**/**乙**/**丙**|⟦甲⟧/⟦乙⟧/⟦丙⟧
**A**/**B**测试，甲|⟦A⟧/⟦B⟧测试，甲
**甲**-**乙**—**丙**|⟦甲⟧-⟦乙⟧—⟦丙⟧
**甲**+**乙**=**丙**|⟦甲⟧+⟦乙⟧=⟦丙⟧
价格：**￥5**/斤，**$3**/lb|价格：⟦￥5⟧/斤，⟦$3⟧/lb
**Vue.js**、**Node.js**和**.NET**|⟦Vue.js⟧、⟦Node.js⟧和⟦.NET⟧
编辑**/etc/hosts**和**/etc/fstab**|编辑⟦/etc/hosts⟧和⟦/etc/fstab⟧
**README.md**、**.gitignore**、**.env**|⟦README.md⟧、⟦.gitignore⟧、⟦.env⟧
**"引号"**内|⟦"引号"⟧内
“**甲**”和‘**乙**’|“⟦甲⟧”和‘⟦乙⟧’
**甲：乙，丙；丁。**戊|⟦甲：乙，丙；丁。⟧戊
**甲** **乙**|⟦甲⟧ ⟦乙⟧
请输入*姓名*和*电话号码*。|请输入⟨姓名⟩和⟨电话号码⟩。
*注意：*请先保存|⟨注意：⟩请先保存
*e.g.*，例如|⟨e.g.⟩，例如
*E. coli*是细菌，*S. aureus*也是|⟨E. coli⟩是细菌，⟨S. aureus⟩也是
设*f*(*x*)=*x*²|设⟨f⟩(⟨x⟩)=⟨x⟩²
若*a*>*b*，则*a*+*c*>*b*+*c*|若⟨a⟩>⟨b⟩，则⟨a⟩+⟨c⟩>⟨b⟩+⟨c⟩
*p*值小于0.05，*t*检验|⟨p⟩值小于0.05，⟨t⟩检验
电阻*R*=10Ω，电流*I*=*U*/*R*|电阻⟨R⟩=10Ω，电流⟨I⟩=⟨U⟩/⟨R⟩
*n*个*m*维向量|⟨n⟩个⟨m⟩维向量
第*n*项和第*n*+1项|第⟨n⟩项和第⟨n⟩+1项
*x*₁和*x*₂|⟨x⟩₁和⟨x⟩₂
共*n*(*n*-1)/2次|共⟨n⟩(⟨n⟩-1)/2次
**重要**(见**附录**)|⟦重要⟧(见⟦附录⟧)
**时间：**10:00-12:00，**地点：**A301|⟦时间：⟧10:00-12:00，⟦地点：⟧A301
**电话：**138-0000-0000|⟦电话：⟧138-0000-0000
**评分：**★★★|⟦评分：⟧★★★
**代码：**`a*b`|⟦代码：⟧a*b
**链接：**https://a.b|⟦链接：⟧https://a.b
**结论（重要!）**然后|⟦结论（重要!）⟧然后
**일본어:**日本語|⟦일본어:⟧日本語
（重要）**注意**（说明）|（重要）⟦注意⟧（说明）
（注）*重点*（说明）|（注）⟨重点⟩（说明）
（1）**注意（必读）**：甲|（1）⟦注意（必读）⟧：甲
(1)**Python**(语言)|(1)⟦Python⟧(语言)
(1)*Note*，甲|(1)⟨Note⟩，甲
****重要****|⟦⟦重要⟧⟧
(a+b)**2，**重点：**展开|(a+b)**2，⟦重点：⟧展开
2**10，**重点：**内容|2**10，⟦重点：⟧内容
令*x*=3，*y*=4|令⟨x⟩=3，⟨y⟩=4
当*x*为3时|当⟨x⟩为3时
__重要：__请注意|⟦重要：⟧请注意
请看__《书》__这本|请看⟦《书》⟧这本
原价~~100元~~，现价50元|原价⦃100元⦄，现价50元
共**3**个|共⟦3⟧个
*3*个|⟨3⟩个
共*3*个|共⟨3⟩个
重**2.5**kg，价**1,234**元|重⟦2.5⟧kg，价⟦1,234⟧元
使用**Python**3版本|使用⟦Python⟧3版本
最新的GPT**4**代|最新的GPT⟦4⟧代
**iPhone 15**Pro的价格|⟦iPhone 15⟧Pro的价格
重音在re**cord**ing上|重音在re⟦cord⟧ing上
名词**re**cord，动词re**cord**|名词⟦re⟧cord，动词re⟦cord⟧
**复现：**10 轮对话|⟦复现：⟧10 轮对话
**复现:**10 轮对话|⟦复现:⟧10 轮对话
**步骤一（安装）:**npm install|⟦步骤一（安装）:⟧npm install
Python**“重点”**部分|Python⟦“重点”⟧部分
Python**(推荐)**和**Java**(常用)|Python⟦(推荐)⟧和⟦Java⟧(常用)
**“重要”**abc|⟦“重要”⟧abc
*Homo sapiens*(智人)|⟨Homo sapiens⟩(智人)
智人(*Homo sapiens*)是|智人(⟨Homo sapiens⟩)是
Python*很重要*的特性|Python⟨很重要⟩的特性
这是*Python 3*和*Java*的区别|这是⟨Python 3⟩和⟨Java⟩的区别
*重点*Python很好|⟨重点⟩Python很好
执行**/help**命令和**/quit**命令|执行⟦/help⟧命令和⟦/quit⟧命令
修改**.env**文件|修改⟦.env⟧文件
基于*.NET*框架|基于⟨.NET⟩框架
**重点**/次要|⟦重点⟧/次要
**A**、**B**和**C**|⟦A⟧、⟦B⟧和⟦C⟧
*A*、*B*和*C*|⟨A⟩、⟨B⟩和⟨C⟩
*甲*、*乙*、*丙*|⟨甲⟩、⟨乙⟩、⟨丙⟩
**1.**打开|⟦1.⟧打开
**1. 打开**2. 关闭|⟦1. 打开⟧2. 关闭
①**Note**②**Warn**|①⟦Note⟧②⟦Warn⟧
温度**25℃**左右|温度⟦25℃⟧左右
**计算2**n的值**|⟦计算2**n的值⟧
**3*4=12**，正确|⟦3*4=12⟧，正确
***注意***：请|⟨⟦注意⟧⟩：请
**注意**：a*b和c*d|⟦注意⟧：a*b和c*d
半径*r*的圆，面积π*r*r|半径⟨r⟩的圆，面积π*r*r
`a*b`和c*d|a*b和c*d
**注意:**PDFのみ|⟦注意:⟧PDFのみ
**ポイント！**Pythonを使う|⟦ポイント！⟧Pythonを使う
これは**「A」**と**「B」**です|これは⟦「A」⟧と⟦「B」⟧です
**중요:**Python은|⟦중요:⟧Python은
คำว่า**สำคัญ:**มาก|คำว่า⟦สำคัญ:⟧มาก
**หมายเหตุ:**โปรดอ่าน|⟦หมายเหตุ:⟧โปรดอ่าน
นี่คือ**“คำพูด”**ของเขา|นี่คือ⟦“คำพูด”⟧ของเขา
ใช้**(ตัวหนา)**ได้|ใช้⟦(ตัวหนา)⟧ได้
ราคา**100**บาท|ราคา⟦100⟧บาท
*คำ*นี้|⟨คำ⟩นี้
ແມ່ນ**“ສຳຄັນ”**ຫຼາຍ|ແມ່ນ⟦“ສຳຄັນ”⟧ຫຼາຍ
ဒါက**“အရေးကြီး”**တယ်|ဒါက⟦“အရေးကြီး”⟧တယ်
the *first* 甲 and *second* 乙|the ⟨first⟩ 甲 and ⟨second⟩ 乙
**Note:** 中文 and *this*|⟦Note:⟧ 中文 and ⟨this⟩
**总结：**1. 先学A；2. 再学B|⟦总结：⟧1. 先学A；2. 再学B
- **优点：**快、**缺点：**贵|- ⟦优点：⟧快、⟦缺点：⟧贵
**Q：**什么是GPU？**A：**图形处理器|⟦Q：⟧什么是GPU？⟦A：⟧图形处理器
**甲**、**乙**，**丙**|⟦甲⟧、⟦乙⟧，⟦丙⟧
**首先，**我们看|⟦首先，⟧我们看
*首先，*我们看|⟨首先，⟩我们看
**首先，**Python要装好|⟦首先，⟧Python要装好
**100%**的**Java**代码|⟦100%⟧的⟦Java⟧代码
（**重要**）和(**注意**)|（⟦重要⟧）和(⟦注意⟧)
他的**“三不”**、**“四要”**原则|他的⟦“三不”⟧、⟦“四要”⟧原则
**A/B 测试**与**C**|⟦A/B 测试⟧与⟦C⟧
**x = 3**，**y = 4**|⟦x = 3⟧，⟦y = 4⟧
答案是**B**。|答案是⟦B⟧。
答案：**B. 北京**|答案：⟦B. 北京⟧
**B**选项和**C**选项|⟦B⟧选项和⟦C⟧选项
第**3**步到第**5**步|第⟦3⟧步到第⟦5⟧步
**2024年**与**2025年**|⟦2024年⟧与⟦2025年⟧
从**2020**到**2024**年|从⟦2020⟧到⟦2024⟧年
**10:30**出发，**12:00**到|⟦10:30⟧出发，⟦12:00⟧到
增长**+5%**，下降**-3%**|增长⟦+5%⟧，下降⟦-3%⟧
约**$1,000**或**¥7,000**|约⟦$1,000⟧或⟦¥7,000⟧
**①**第一|⟦①⟧第一
**「強調」**と*「斜体」*|⟦「強調」⟧と⟨「斜体」⟩
**PDF（推奨）**、**Word(可)**|⟦PDF（推奨）⟧、⟦Word(可)⟧
**React.js**は**UI**ライブラリ|⟦React.js⟧は⟦UI⟧ライブラリ
~~旧：~~新|⦃旧：⦄新
**제1장:** 서론, **제2장:** 본론|⟦제1장:⟧ 서론, ⟦제2장:⟧ 본론
**API(인터페이스)**와 **SDK**의|⟦API(인터페이스)⟧와 ⟦SDK⟧의
**"A"**와 **"B"**는|⟦"A"⟧와 ⟦"B"⟧는
**1,000원**입니다|⟦1,000원⟧입니다
*이탤릭*체|⟨이탤릭⟩체
**ข้อ 1:**อ่าน **ข้อ 2:**เขียน|⟦ข้อ 1:⟧อ่าน ⟦ข้อ 2:⟧เขียน
**Python**คือภาษา|⟦Python⟧คือภาษา
ภาษา**Python**คือ|ภาษา⟦Python⟧คือ
**123**ครั้ง|⟦123⟧ครั้ง
**สรุป!**ทำได้|⟦สรุป!⟧ทำได้
**សំគាល់៖**សូមអាន|⟦សំគាល់៖⟧សូមអាន
**“甲”**，“**乙**”|⟦“甲”⟧，“⟦乙⟧”
使用 **`a*b`** 或 `c*d`|使用 ⟦a*b⟧ 或 c*d
**[链接](u)**后|⟦链接⟧后
见[**链接**](u)后|见⟦链接⟧后
运行`ls *.py`和`ls *.md`|运行ls *.py和ls *.md
*重点一*，*重点二*|⟨重点一⟩，⟨重点二⟩
他说*不*，她说*好*|他说⟨不⟩，她说⟨好⟩
这*不是*我的*错*|这⟨不是⟩我的⟨错⟩
*A*算法|⟨A⟩算法
"""


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("text", lines(AS_THEY_ARE))
def test_no_mark_is_lost_that_is_none_of_emphasis(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize("line", lines(EMPHASIS))
def test_emphasis_is_found_beside_such_marks(line: str) -> None:
    text, expected = line.split("|")
    assert marked(text) == expected


@pytest.mark.parametrize(
    "text", ["3*4=12, 5*6=30", "2**10 and 3**2", "*.py and*.md", "f**k and s**t", "__init__: x"]
)
def test_a_text_without_such_a_script_is_read_as_commonmark_has_it(text: str) -> None:
    assert not has_unspaced(text)
    assert marked(text) != text


@settings(quick, max_examples=some(200))
@given(st.text(st.sampled_from("*~甲a1，。 =.(/ก\n"), min_size=1, max_size=30), st.data())
def test_every_run_is_judged_whatever_is_beside_it(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    mark = data.draw(st.sampled_from(["*", "**", "***", "****", "~~"]))
    text = text[:at].rstrip(mark) + mark + text[at:].lstrip(mark)
    start = len(text[:at].rstrip(mark))
    opens, closes = judge(text, start, start + len(mark), opens=False, closes=False)
    assert not (opens and text[start + len(mark) : start + len(mark) + 1].isspace())
    assert not (closes and text[max(0, start - 1) : start].isspace())
