"""The entry conditions that a nursery declares (S0, two (二)(三)), field name → sentence."""

DECLARATIONS = {
    "declares_filed": "本机构已依法登记，并经卫生健康部门备案、取得回执。",
    "declares_no_dishonesty": "本机构无失信惩戒记录。",
    "declares_no_mistreatment": "本机构无歧视、体罚、变相体罚、侮辱、虐待婴幼儿等行为。",
    "declares_no_accident": "本机构无重大安全事故、严重婴幼儿伤害及其他重大负面影响事件。",
    "declares_true": "所填内容和所附材料真实，愿承担弄虚作假的责任。",
}
