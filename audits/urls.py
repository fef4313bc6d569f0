from django.urls import path

from audits.views import closing, conducting, planning, raising

app_name = "audits"
urlpatterns = [
    path("", planning.audit_list, name="audit-list"),
    path("new/", planning.audit_create, name="audit-create"),
    path("<str:code>/", planning.audit_detail, name="audit-detail"),
    path("<str:code>/edit/", planning.audit_edit, name="audit-edit"),
    path("<str:code>/cancel/", planning.audit_cancel, name="audit-cancel"),
    path("<str:code>/start/", closing.audit_start, name="audit-start"),
    path("<str:code>/conclude/", closing.audit_conclude, name="audit-conclude"),
    path("<str:code>/close/", closing.audit_close, name="audit-close"),
    path("<str:code>/checklist/", conducting.checklist, name="checklist"),
    path("<str:code>/answers/<number:position>/", conducting.answer_save, name="answer-save"),
    path("<str:code>/answers/<number:position>/guidance/", conducting.answer_guidance, name="answer-guidance"),
    path("<str:code>/answers/<number:position>/context/", conducting.answer_context, name="answer-context"),
    path("<str:code>/answers/<number:position>/evidence/", conducting.evidence_add, name="evidence-add"),
    path("<str:code>/answers/<number:position>/finding/", raising.finding_raise, name="finding-raise"),
    path("<str:code>/evidence/<number:number>/", conducting.evidence_file, name="evidence-file"),
    path("<str:code>/evidence/<number:number>/preview/", conducting.evidence_preview, name="evidence-preview"),
]
