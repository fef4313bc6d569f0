from django.http import Http404, HttpRequest, HttpResponse


def checklist(request: HttpRequest, code: str) -> HttpResponse:
    raise Http404


def answer_save(request: HttpRequest, code: str, position: int) -> HttpResponse:
    raise Http404


def evidence_add(request: HttpRequest, code: str, position: int) -> HttpResponse:
    raise Http404


def evidence_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    raise Http404


def evidence_preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    raise Http404
