"""Chinese surnames: how they are read where a general pinyin table reads them otherwise.

GB/T 28039 (Chinese names in the phonetic alphabet). Only the surname's own readings stand here; the
readings of the character in other words are added by `fhir.search.names.pinyin`, since clerks type either.
"""

from types import MappingProxyType

_SINGLE = """
万 wan|乐 yue le|乜 nie|仇 qiu|令 ling|会 gui|冼 xian|区 ou|區 ou|华 hua|卜 bu|单 shan|單 shan|占 zhan
召 shao|叶 ye|吕 lv|呂 lv|员 yun|員 yun|哈 ha|大 da|夏 xia|奇 qi|宁 ning|甯 ning|寧 ning|宓 mi fu|宿 su
尉 wei yu|幸 xing|应 ying|應 ying|折 she|曲 qu|曾 zeng|朴 piao|查 zha|柏 bai|殷 yin|毋 wu|洗 xian|澹 tan
牟 mu mou|瞿 qu|盖 ge gai|蓋 ge gai|相 xiang|祭 zhai|种 chong|秘 bi|種 chong|纪 ji|紀 ji|繁 po|缪 miao
繆 miao|翟 zhai di|能 nai|臧 zang|舍 she|莘 shen xin|葛 ge|葉 ye|薄 bo|藏 zang|行 xing|褚 chu|覃 qin tan
解 xie|谌 chen shen|諶 chen shen|谷 gu|費 fei bi|费 fei bi|賁 ben|贲 ben|车 che|車 che|過 guo|过 guo
郇 xun huan|郄 qie xi|郗 xi chi|都 du|重 chong|長 chang|长 chang|阚 kan|闞 kan|阿 a|隗 wei kui|隽 juan
難 nan|难 nan|頡 xie|颉 xie|黑 he hei|龟 gui|俱 ju|句 gou|適 kuo|适 kuo|呙 guo|盛 sheng|乘 cheng|降 jiang
参 can shen|仝 tong|冒 mao|於 yu|尋 xun|寻 xun|滑 hua|炅 gui|炔 gui|笪 da|粘 nian zhan|祝 zhu|芮 rui
苫 shan|蔚 yu wei|訾 zi|逄 pang|逯 lu|邸 di|鄢 yan|钭 tou|雍 yong|麻 ma|沈 shen|洪 hong|石 shi|强 qiang
強 qiang|那 na|卓 zhuo|晁 chao|尧 yao|桑 sang|竹 zhu|佘 she|余 yu|俞 yu|畅 chang|郝 hao|哥 ge|仉 zhang
厍 she|妫 gui
"""

_COMPOUND = """
万俟 mo-qi|尉迟 yu-chi|尉遲 yu-chi|单于 chan-yu|單于 chan-yu|长孙 zhang-sun|長孫 zhang-sun|澹台 tan-tai
令狐 ling-hu|鲜于 xian-yu|鮮于 xian-yu|宇文 yu-wen|慕容 mu-rong|司马 si-ma|司馬 si-ma|司徒 si-tu
司空 si-kong|司寇 si-kou|欧阳 ou-yang|歐陽 ou-yang|上官 shang-guan|诸葛 zhu-ge|諸葛 zhu-ge|夏侯 xia-hou
皇甫 huang-fu|东方 dong-fang|東方 dong-fang|公孙 gong-sun|公孫 gong-sun|公羊 gong-yang|公冶 gong-ye
公西 gong-xi|公良 gong-liang|轩辕 xuan-yuan|軒轅 xuan-yuan|淳于 chun-yu|申屠 shen-tu|太史 tai-shi
太叔 tai-shu|仲孙 zhong-sun|钟离 zhong-li|鍾離 zhong-li|濮阳 pu-yang|濮陽 pu-yang|赫连 he-lian
赫連 he-lian|呼延 hu-yan|端木 duan-mu|百里 bai-li|东郭 dong-guo|南宫 nan-gong|南宮 nan-gong|独孤 du-gu
獨孤 du-gu|拓跋 tuo-ba|纳兰 na-lan|納蘭 na-lan|西门 xi-men|西門 xi-men|南门 nan-men|东门 dong-men
闾丘 lv-qiu|亓官 qi-guan|子车 zi-ju|颛孙 zhuan-sun|巫马 wu-ma|漆雕 qi-diao|乐正 yue-zheng|壤驷 rang-si
夹谷 jia-gu|宰父 zai-fu|谷梁 gu-liang|穀梁 gu-liang|段干 duan-gan|梁丘 liang-qiu|左丘 zuo-qiu
宗政 zong-zheng|第五 di-wu|哥舒 ge-shu|完颜 wan-yan|完顏 wan-yan|耶律 ye-lv|贺兰 he-lan|斛律 hu-lv
羊舌 yang-she
"""


def _table(text: str) -> MappingProxyType[str, tuple[str, ...]]:
    rows = (row.split() for line in text.split("\n") for row in line.split("|") if row.strip())
    return MappingProxyType({row[0]: tuple(row[1:]) for row in rows})


READINGS = _table(_SINGLE)
COMPOUND = _table(_COMPOUND)
