"""The roles: each a name, a sentence and a list of permissions on one kind of object.

Only `accounts.services.appoint` turns a role into grants. The permissions are those of the
model named in `on`.
"""

from dataclasses import dataclass

from accounts.statuses import Level


@dataclass(frozen=True)
class Role:
    code: str
    label: str
    sentence: str
    on: str
    permissions: tuple[str, ...]
    levels: tuple[Level, ...] = ()


REGION = "accounts.region"
COUNTY = (Level.COUNTY, Level.ZONE)
CITY = (Level.CITY, Level.ZONE)
PROVINCE = (Level.PROVINCE,)
# The one permission on a region that is no office.
POOL_PERMISSION = "be_expert"

ROLES = (
    Role(
        "nursery_staff",
        "托育机构工作人员",
        "为本机构填报、自评、提交申报并查看进度。",
        "nurseries.nursery",
        ("act_for",),
    ),
    Role(
        "county_handler",
        "县级经办人",
        "受理本县（市、区）申报，评分、退回补正并提出推荐意见。",
        REGION,
        ("see_files", "review_county", "decide_county", "supervise"),
        COUNTY,
    ),
    Role(
        "county_approver",
        "县级审核人",
        "审核本县（市、区）申报，签署推荐意见，管理本单位印章。",
        REGION,
        ("see_files", "review_county", "decide_county", "approve", "supervise"),
        COUNTY,
    ),
    Role(
        "city_handler",
        "市级经办人",
        "审核本市申报，评分并在名额内提出推荐意见。",
        REGION,
        ("see_files", "review_city", "decide_city", "supervise"),
        CITY,
    ),
    Role(
        "city_approver",
        "市级审核人",
        "审核本市申报，在名额内签署推荐意见，管理本单位印章。",
        REGION,
        ("see_files", "review_city", "decide_city", "approve", "supervise"),
        CITY,
    ),
    Role(
        "province_officer",
        "省级工作人员",
        "组织评选周期、分配专家、作出评审结论、公示并授予称号。",
        REGION,
        (
            "see_files",
            "run_cycle",
            "assign_experts",
            "decide_province",
            "approve",
            "publish_notice",
            "handle_objections",
            "supervise",
        ),
        PROVINCE,
    ),
    Role(
        "expert",
        "省级评审专家",
        "列入专家库，可被分配书面评审与实地评审任务。",
        REGION,
        (POOL_PERMISSION,),
        PROVINCE,
    ),
    Role(
        "application_expert",
        "本件评审专家",
        "查看所分配的申报材料并独立评分。",
        "applications.application",
        ("review_as_expert",),
    ),
    Role(
        "check_inspector",
        "检查人员",
        "实施所指派的抽查检查，现场评分并记录问题。",
        "supervision.spotcheck",
        ("inspect",),
    ),
    Role(
        "system_admin",
        "系统管理员",
        "管理账号与任职。",
        REGION,
        ("manage_accounts",),
        PROVINCE,
    ),
    Role(
        "security_admin",
        "安全管理员",
        "管理安全策略与锁定。",
        REGION,
        ("manage_security",),
        PROVINCE,
    ),
    Role(
        "audit_admin",
        "审计管理员",
        "查询审计记录。",
        REGION,
        ("read_audit",),
        PROVINCE,
    ),
)

# 三员分立: nobody holds two of them.
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
BY_CODE = {role.code: role for role in ROLES}
CHOICES = [(role.code, role.label) for role in ROLES]
# Given with one file or one check and over with it: no posts.
TASKS = ("application_expert", "check_inspector")
# What is held on a region; staff are appointed on their nursery's page, experts of one file there.
ON_REGIONS = [role for role in ROLES if role.on == REGION]
# Who holds one of these acts for an office and needs a second factor.
OFFICES = [role.code for role in ON_REGIONS if role.permissions != (POOL_PERMISSION,)]
POSTS = [(role.code, role.label) for role in ROLES if role.code not in TASKS]
