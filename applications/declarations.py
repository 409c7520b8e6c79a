"""What the form 申报表 asks of a nursery: declarations and texts."""

# The entry conditions that it declares (S0, two (二)(三)), field name → sentence.
DECLARATIONS = {
    "declares_filed": "本机构已依法登记，并经卫生健康部门备案、取得回执。",
    "declares_no_dishonesty": "本机构无失信惩戒记录。",
    "declares_no_mistreatment": "本机构无歧视、体罚、变相体罚、侮辱、虐待婴幼儿等行为。",
    "declares_no_accident": "本机构无重大安全事故、严重婴幼儿伤害及其他重大负面影响事件。",
    "declares_true": "所填内容和所附材料真实，愿承担弄虚作假的责任。",
}
# What the nursery writes in its own words, field name → label.
FORM_FIELDS = {
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "introduction": "机构简介",
    "practice": "主要做法与成效",
}
