"""Templates: which kinds of document there are, and what a record of each must say, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field
from starlette.responses import Response

from tte.errors import TteError
from tte.template import Template, field
from tte.template.field import FieldType
from tte.web.api.calls import CLIENT, Calling, Routes, answer
from tte.web.api.shapes import Record, Shape
from tte.web.refusals import Cause, Refusal
from tte.web.service import Service


class TemplateShape(Shape):
    """A kind of document."""

    name: str
    title: str
    number: str = Field(description="The field that holds the document's own number.")
    gives_numbers: bool = Field(description="Whether the register can give the number.")


class TemplateWithSchema(TemplateShape):
    """A kind of document, and the JSON Schema (2020-12) of its records.

    What keeps to the schema is read as it is meant; whether it is right (a NIK that fits the day of birth) is found out
    when it is sent. Some other spellings are understood as well.
    """

    record_schema: dict[str, Any]


class Templates(Shape):
    """All templates that can be used."""

    items: list[TemplateShape]


class Sample(Shape):
    """A fictional record, to be sent as it is."""

    template: str
    record: Record


def declare(routes: Routes) -> None:
    """`/v1/templates`."""
    service = routes.service

    @routes.get("/templates", CLIENT, tag="templates", summary="List templates", gives={200: Templates})
    def list_templates(call: Calling) -> Response:
        """Every kind of document that can be issued here."""
        try:
            names = service.home.template_names()
        except TteError:
            names = ()
        found = [template for name in names if (template := service.template(name)) is not None]
        return answer(Templates(items=[TemplateShape(**_said(one)) for one in found]))

    @routes.get(
        "/templates/{name}",
        CLIENT,
        tag="templates",
        summary="A template and the schema of its records",
        gives={200: TemplateWithSchema},
        refuses=(404,),
    )
    def get_template(call: Calling, name: str) -> Response:
        """What a record must say."""
        template = _there(service, name)
        return answer(TemplateWithSchema(**_said(template), record_schema=record_schema(template)))

    @routes.get(
        "/templates/{name}/sample",
        CLIENT,
        tag="templates",
        summary="A fictional record",
        gives={200: Sample},
        refuses=(404,),
    )
    def get_template_sample(call: Calling, name: str) -> Response:
        """Plausible, right in every check, about nobody."""
        template = _there(service, name)
        return answer(Sample.model_construct(template=template.name, record=dict(template.sample.values)))


def _there(service: Service, name: str) -> Template:
    template = service.template(name) if name in service.home.template_names() else None
    if template is None:
        raise Refusal(Cause.NOT_FOUND)
    return template


def _said(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "title": template.title,
        "number": template.number,
        "gives_numbers": template.gives_numbers,
    }


def record_schema(template: Template) -> dict[str, Any]:
    """The JSON Schema of records of a template. Its number may be left out where the register can give it."""
    fields = template.columns(giving=template.gives_numbers)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": template.title,
        **_object(fields),
        "examples": [dict(template.sample.values)],
    }


def _object(fields: Mapping[str, field.Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, one in fields.items() if one.required],
        "properties": {name: {"title": one.label, **_said_or_not(one)} for name, one in fields.items()},
    }


def _said_or_not(one: field.Field) -> dict[str, Any]:
    return _value(one) if one.required else {"anyOf": [_value(one), {"enum": ["", None]}]}


def _value(one: field.Field) -> dict[str, Any]:
    match one.type:
        case FieldType.NIK | FieldType.KK:
            return {"type": "string", "pattern": "^[0-9]{16}$"}
        case FieldType.NIP:
            return {"type": "string", "pattern": "^[0-9]{18}$"}
        case FieldType.DATE:
            return {"type": "string", "format": "date"}
        case FieldType.INTEGER:
            digits = {"type": "string", "pattern": "^[0-9]{1,9}$"}
            return {"anyOf": [{"type": "integer", "minimum": one.min, "maximum": one.max}, digits]}
        case FieldType.CHOICE:
            return {"enum": list(one.choices)}
        case FieldType.ROWS:
            return {"type": "array", "minItems": one.min, "maxItems": one.max, "items": _object(one.fields)}
        case FieldType.NUMBER:
            return {"type": "string", "minLength": 1, "maxLength": 128}
        case _:
            return {"type": "string", "minLength": one.min if one.required else 0, "maxLength": one.max}
